use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::background::Wake;
use crate::dataset::BuiltIn;
use crate::diffusion::sampler::{PredictionType, SamplerKind, SamplerSpec};
use crate::diffusion::{Raster, ScheduleSpec};
use crate::model::{DownBlockType, ModelRef, Pipeline, UNet2DConfig, UNet2DModel, UpBlockType};
use crate::train::live::Probe;
use crate::train::{Checkpoint, TrainSettings, TrainStep};

const SIDE: usize = 8;

fn picture() -> Raster {
    let values: Vec<f32> = (0..3 * SIDE * SIDE).map(|i| ((i * 37 % 101) as f32 / 50.0) - 1.0).collect();
    Raster::new(3, SIDE, SIDE, values)
}

fn lane(predictor: PredictorKind, sampler: &str, steps: usize) -> LaneSpec {
    let kind = SamplerKind::default_of(sampler).unwrap();
    LaneSpec { predictor, sampler: SamplerSpec::new(kind, steps), class: None, guidance_scale: 1.0 }
}

fn spec(lanes: Vec<LaneSpec>) -> RunSpec {
    RunSpec {
        lanes,
        model: ModelRef::Folder("tiny".into()),
        data: DataRef::Gallery,
        schedule: ScheduleSpec::default(),
        start: Start::Noise,
        shape: [3, SIDE, SIDE],
        picture: Some(picture()),
        seed: 7,
    }
}

/// Opens a small network, and panics where it is asked for another.
fn opener() -> Opener {
    Arc::new(|model: &ModelRef| {
        assert_eq!(model, &ModelRef::Folder("tiny".into()), "meant by the test");
        let config = UNet2DConfig {
            sample_size: Some([SIDE; 2]),
            block_out_channels: vec![8],
            down_block_types: vec![DownBlockType::DownBlock2D],
            up_block_types: vec![UpBlockType::UpBlock2D],
            layers_per_block: 1,
            norm_num_groups: 4,
            ..UNet2DConfig::default()
        };
        Ok(Pipeline::of(UNet2DModel::init(&config, 3)?.frozen()?, "tiny"))
    })
}

/// A training on the picture.
fn own(iterations: u64) -> LearnSpec {
    LearnSpec::of_picture(picture(), SIDE, ScheduleSpec::default(), iterations, 1)
}

/// The steps of all iterations that were told, in their order.
fn learned(events: &[Event]) -> Vec<Vec<TrainStep>> {
    let steps = events.iter().filter_map(|event| match event {
        Event::Learned(_, steps) => Some(steps.clone()),
        _ => None,
    });
    steps.flatten().collect()
}

fn worker() -> Worker {
    Worker::spawn_with(opener(), Some(1), &(Arc::new(|| ()) as Wake)).unwrap()
}

/// Events until a request has come to its end.
fn until_end(worker: &Worker, id: RunId) -> Vec<Event> {
    let (mut all, began) = (Vec::new(), Instant::now());
    loop {
        for event in worker.events() {
            let ended = matches!(
                &event,
                Event::Done(run, _) | Event::Failed(run, ..) | Event::Cancelled(run, _) if *run == id
            );
            all.push(event);
            if ended {
                return all;
            }
        }
        assert!(began.elapsed() < Duration::from_mins(2), "the worker hangs");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn steps(events: &[Event], lane: usize) -> Vec<&KeptStep> {
    let step = |event: &'_ Event| matches!(event, Event::Step(_, of, _) if *of == lane);
    events
        .iter()
        .filter(|event| step(event))
        .map(|event| if let Event::Step(_, _, kept) = event { &**kept } else { unreachable!() })
        .collect()
}

#[test]
fn lanes_start_alike_and_pass_the_same_levels_together() {
    let mut worker = worker();
    let lanes = vec![lane(PredictorKind::Network, "ddim", 10), lane(PredictorKind::Network, "heun", 5)];
    let id = worker.run(spec(lanes), Pace::Free);
    let events = until_end(&worker, id);
    assert!(matches!(events.last(), Some(Event::Done(_, Task::Run))), "{:?}", events.last());
    assert!(matches!(&events[0], Event::Began(_, calls) if calls[..] == [10, 9]));
    let (ddim, heun) = (steps(&events, 0), steps(&events, 1));
    assert_eq!((ddim.len(), heun.len()), (10, 9));
    // Both lanes begin with the same noise; the standard deviation of Heun's first state is slightly below 1.
    let first = |steps: &[&KeptStep]| steps[0].pictures.clone().unwrap().x_t;
    for (a, b) in first(&ddim).iter().zip(first(&heun).iter()) {
        assert!((a.to_f32() - b.to_f32()).abs() < 4e-3, "{a} {b}");
    }
    let mut last = f64::INFINITY;
    for event in &events {
        if let Event::Step(_, _, step) = event {
            assert!(step.t <= last + 200.0, "a lane ran ahead");
            last = last.min(step.t);
        }
    }
}

#[test]
fn the_oracle_brings_the_picture_back() {
    let mut worker = worker();
    let id = worker.run(
        RunSpec { start: Start::Noised { t: 700 }, ..spec(vec![lane(PredictorKind::Oracle, "ddpm", 50)]) },
        Pace::Free,
    );
    let events = until_end(&worker, id);
    let steps = steps(&events, 0);
    assert_eq!(steps[0].t, 700.0);
    assert!(steps.iter().all(|step| step.error.unwrap() < 1e-9), "the oracle's noise is the noise");
    let last = steps.last().unwrap().pictures.as_ref().unwrap();
    for (out, x0) in last.x_prev.iter().zip(picture().data.iter()) {
        assert!((out.to_f32() - x0).abs() < 2e-3);
    }
}

#[test]
fn the_ideal_denoiser_ends_at_one_of_its_pictures() {
    let run = spec(vec![lane(PredictorKind::Ideal, "ddim", 40)]);
    let lanes = record(&run, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    let last: Vec<f32> =
        lanes[0].last().unwrap().pictures.as_ref().unwrap().x_prev.iter().map(|v| v.to_f32()).collect();
    let nearest = crate::imaging::samples()
        .iter()
        .map(|sample| distance(&crate::imaging::fill(&sample.load().unwrap().pixels, SIDE, SIDE).data, &last))
        .fold(f64::INFINITY, f64::min);
    assert!(nearest < 0.02, "{nearest}");
}

#[test]
fn only_the_latest_wish_is_kept() {
    let mut worker = worker();
    let mut last = RunId::default();
    for seed in 0..10_000 {
        let lanes = vec![lane(PredictorKind::Network, "ddpm", 1000)];
        last = worker.run(RunSpec { seed, ..spec(lanes) }, Pace::Free);
    }
    worker.pace(Pace::Steps(0));
    worker.cancel();
    let id = worker.run(spec(vec![lane(PredictorKind::Network, "ddim", 3)]), Pace::Free);
    assert!(id > last);
    let events = until_end(&worker, id);
    assert!(matches!(events.last(), Some(Event::Done(run, _)) if *run == id));
    let done = events.iter().filter(|event| matches!(event, Event::Done(..))).count();
    assert_eq!(done, 1, "no other run came to its end");
}

#[test]
fn a_paused_run_makes_the_steps_it_is_given() {
    let mut worker = worker();
    let id = worker.run(spec(vec![lane(PredictorKind::Network, "ddim", 6)]), Pace::Steps(2));
    let mut made = 0;
    let count = |worker: &Worker, made: &mut usize, wanted: usize| {
        let began = Instant::now();
        while *made < wanted && began.elapsed() < Duration::from_mins(1) {
            *made += worker.events().filter(|event| matches!(event, Event::Step(..))).count();
        }
    };
    count(&worker, &mut made, 2);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!((made, worker.events().count()), (2, 0), "it waits");
    worker.pace(Pace::Steps(1));
    count(&worker, &mut made, 3);
    worker.pace(Pace::Free);
    let rest = until_end(&worker, id);
    assert_eq!(made + steps(&rest, 0).len(), 6);
}

#[test]
fn a_panic_costs_the_run_alone() {
    let mut worker = worker();
    let broken = RunSpec {
        model: ModelRef::Folder("other".into()),
        ..spec(vec![lane(PredictorKind::Network, "ddim", 3)])
    };
    let id = worker.run(broken, Pace::Free);
    let events = until_end(&worker, id);
    let Some(Event::Failed(_, Task::Run, error)) = events.last() else { panic!("{events:?}") };
    assert!(error.to_string().contains("meant by the test"), "{error}");
    let id = worker.run(spec(vec![lane(PredictorKind::Network, "ddim", 3)]), Pace::Free);
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Done(..))));
}

#[test]
fn what_cannot_be_is_an_error() {
    let mut worker = worker();
    let mut reason = |spec: RunSpec| {
        let id = worker.run(spec, Pace::Free);
        match until_end(&worker, id).pop() {
            Some(Event::Failed(_, _, error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(reason(spec(vec![lane(PredictorKind::Own, "ddim", 3)])).contains("Train on this picture"));
    let blind = RunSpec { picture: None, ..spec(vec![lane(PredictorKind::Oracle, "ddim", 3)]) };
    assert!(reason(blind).contains("no picture"));
    let grey = RunSpec { shape: [1, SIDE, SIDE], ..spec(vec![lane(PredictorKind::Network, "ddim", 3)]) };
    assert!(reason(grey).contains("3 channels"));
}

#[test]
fn training_on_a_picture_gives_a_network_that_runs() {
    let mut worker = worker();
    let own = own(3);
    let id = worker.train(own);
    let events = until_end(&worker, id);
    assert_eq!(learned(&events).len(), 3);
    let id = worker.run(spec(vec![lane(PredictorKind::Own, "ddim", 3)]), Pace::Free);
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Done(..))));
    // A cancelled training leaves what it has learned so far.
    let id = worker.train(self::own(1_000_000));
    while !worker.events().any(|event| matches!(event, Event::Learned(..))) {}
    worker.cancel_training();
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Cancelled(_, Task::Train))));
}

/// Waits until at least so many iterations and network calls have been made; returns how many of each there
/// were.
fn until_made(worker: &Worker, [iterations, calls]: [usize; 2]) -> [usize; 2] {
    let (mut made, began) = ([0, 0], Instant::now());
    while made[0] < iterations || made[1] < calls {
        for event in worker.events() {
            match event {
                Event::Learned(_, steps) => made[0] += steps.len(),
                Event::Step(..) => made[1] += 1,
                Event::Failed(_, task, error) => panic!("{task:?}: {error}"),
                _ => {}
            }
        }
        assert!(began.elapsed() < Duration::from_mins(1), "the worker hangs at {made:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
    made
}

#[test]
fn a_training_and_a_run_take_turns_and_either_can_be_paused() {
    let mut worker = worker();
    let own = own(1_000_000);
    let training = worker.train(own);
    until_made(&worker, [3, 0]);
    // The network that is being trained is run with what it has learned so far.
    // It has so many calls that it does not end before the test has seen what it is for.
    let lanes = [(); 4].map(|()| lane(PredictorKind::Own, "ddpm", 1000));
    let run = worker.run(spec(lanes.into()), Pace::Free);
    // The run and the training take turns, and neither waits for the other to end.
    until_made(&worker, [20, 20]);
    worker.pace_training(Pace::Steps(0));
    // The iteration under way ends.
    std::thread::sleep(Duration::from_millis(60));
    drop(worker.events());
    assert_eq!(until_made(&worker, [0, 20])[0], 0, "the training waits");
    worker.pace(Pace::Steps(0));
    worker.pace_training(Pace::Free);
    std::thread::sleep(Duration::from_millis(200));
    drop(worker.events());
    assert_eq!(until_made(&worker, [20, 0])[1], 0, "the run waits");
    worker.cancel();
    assert!(matches!(until_end(&worker, run).last(), Some(Event::Cancelled(_, Task::Run))));
    until_made(&worker, [3, 0]);
    worker.cancel_training();
    assert!(matches!(until_end(&worker, training).last(), Some(Event::Cancelled(_, Task::Train))));
    // What the training has learned stays.
    let id = worker.run(spec(vec![lane(PredictorKind::Own, "ddim", 3)]), Pace::Free);
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Done(..))));
}

#[test]
fn a_panic_of_a_run_costs_no_training() {
    let mut worker = worker();
    let own = own(1_000_000);
    let training = worker.train(own);
    until_made(&worker, [1, 0]);
    let lanes = vec![lane(PredictorKind::Network, "ddim", 3)];
    let id = worker.run(RunSpec { model: ModelRef::Folder("other".into()), ..spec(lanes) }, Pace::Free);
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Failed(_, Task::Run, _))));
    until_made(&worker, [3, 0]);
    worker.cancel_training();
    assert!(matches!(until_end(&worker, training).last(), Some(Event::Cancelled(..))));
}

/// A training of two networks on digits.
fn digits(iterations: u64) -> LearnSpec {
    let settings = TrainSettings {
        batch: 4,
        iterations: Some(iterations),
        warm_up: 0,
        learning_rate: 1e-3,
        ..TrainSettings::default()
    };
    LearnSpec {
        data: LearnData::BuiltIn(BuiltIn::Digits),
        picture: None,
        size: None,
        block: 1,
        network: LearnNetwork::Mini,
        rival: Some(TrainSettings { prediction: PredictionType::VPrediction, ..settings.clone() }),
        settings,
        from: None,
        keep: None,
    }
}

fn probes(events: &[Event]) -> Vec<&Probe> {
    let probe = |event: &'_ Event| matches!(event, Event::Probed(..));
    events
        .iter()
        .filter(|event| probe(event))
        .map(|event| if let Event::Probed(_, probe) = event { &**probe } else { unreachable!() })
        .collect()
}

#[test]
fn a_training_tells_all_its_iterations_and_is_looked_at_from_the_first_to_the_last() {
    let mut worker = worker();
    let id = worker.train(digits(6));
    let events = until_end(&worker, id);
    assert!(matches!(events.last(), Some(Event::Done(_, Task::Train))), "{:?}", events.last());
    let Event::Prepared(_, begun) = &events[0] else { panic!("{:?}", events[0]) };
    assert_eq!((begun.shape, begun.pictures, begun.classes.len()), ([1, 8, 8], [1618, 179], 10));
    let steps = learned(&events);
    let numbers: Vec<u64> = steps.iter().map(|steps| steps[0].iteration).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert!(steps.iter().all(|steps| steps.len() == 2 && steps[1].iteration == steps[0].iteration));
    let probes = probes(&events);
    assert_eq!((probes[0].iteration, probes[probes.len() - 1].iteration), (0, 6));
    // A training that has ended can be looked at, goes on, and is saved.
    let (t, shipped) = ([100, 900], BuiltIn::Fashion);
    let target = PredictionType::Epsilon;
    let look = SeeSpec { picture: 1, t, steps: 1000, shipped, target, seed: 1, own: true };
    let id = worker.see(look.clone());
    let events = until_end(&worker, id);
    assert!(events.iter().any(|event| matches!(event, Event::Seen(_, true, seen) if seen.len() == 2)));
    // Whoever does not ask for it sees a network that comes with the program, which there is none of here.
    let id = worker.see(SeeSpec { own: false, ..look });
    let events = until_end(&worker, id);
    assert!(matches!(events.last(), Some(Event::Failed(_, Task::See, _))), "{events:?}");
    let id = worker.train_on(2);
    assert_eq!(learned(&until_end(&worker, id)).last().unwrap()[0].iteration, 8);
    let folder = tempfile::tempdir().unwrap();
    let id = worker.save(folder.path().join("two"));
    let events = until_end(&worker, id);
    let saved = events.iter().find_map(|event| match event {
        Event::Saved(_, folder) => Some(folder.clone()),
        _ => None,
    });
    let saved = saved.unwrap();
    assert_eq!(Checkpoint::open(&saved).unwrap().iteration(), 8);
    assert!(ModelRef::Folder(saved).open().is_ok());
}

#[test]
fn a_training_that_is_kept_goes_on_exactly() {
    const ALL: u64 = 30;
    let place = tempfile::tempdir().unwrap();
    let whole = {
        let mut worker = worker();
        let id = worker.train(digits(ALL));
        learned(&until_end(&worker, id))
    };
    {
        let mut worker = worker();
        worker.train(LearnSpec { keep: Some(place.path().join("1")), ..digits(ALL) });
        until_made(&worker, [1, 0]);
        assert!(FoundRun::all(place.path()).is_empty(), "while one is at it, nobody else may");
        // Dropping the worker, as when the window closes, keeps what has been learned.
    }
    let found = FoundRun::all(place.path());
    assert_eq!(found.len(), 1);
    let iteration = found[0].run.iteration as usize;
    assert!((1..ALL as usize).contains(&iteration), "{iteration}");
    assert_eq!(found[0].run.losses[0].len(), iteration);
    let mut worker = worker();
    let id = worker.train(found[0].request());
    let events = until_end(&worker, id);
    assert!(matches!(events.last(), Some(Event::Done(..))), "{:?}", events.last());
    let rest = learned(&events);
    assert_eq!(rest, whole[iteration..]);
}

#[test]
fn the_variances_of_a_learned_schedule_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let spec = digits(6);
    let settings = TrainSettings { warm_up: 1, ..spec.settings }.with_learned_gamma(0.01);
    let spec = LearnSpec { settings, rival: None, keep: Some(place.path().join("1")), ..spec };
    let schedules = |events: &[Event]| {
        let seen = events.iter().filter_map(|event| match event {
            Event::Schedule(_, seen) => Some((**seen).clone()),
            _ => None,
        });
        seen.filter(|seen| seen.ways[0].moments.is_some()).collect::<Vec<_>>()
    };
    let told = {
        let mut worker = worker();
        let id = worker.train(spec);
        schedules(&until_end(&worker, id))
    };
    assert!(!told.is_empty());
    let found = FoundRun::all(place.path());
    let kept = &found[0].run.variances;
    assert_eq!(kept.len(), 3);
    for (way, points) in kept.iter().enumerate() {
        let expected = told.iter().map(|seen| [seen.iteration as f64, seen.ways[way].moments.unwrap()[1]]);
        assert_eq!(*points, expected.collect::<Vec<_>>());
    }
    let mut worker = worker();
    let id = worker.train(found[0].request());
    let begun = until_end(&worker, id).into_iter().find_map(|event| match event {
        Event::Prepared(_, begun) => Some(begun.variances),
        _ => None,
    });
    assert_eq!(begun.as_ref(), Some(kept));
}

#[test]
fn nothing_can_be_saved_before_something_was_trained() {
    let mut worker = worker();
    let folder = tempfile::tempdir().unwrap();
    let id = worker.save(folder.path().join("none"));
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Failed(_, Task::Save, _))));
    let id = worker.train_on(5);
    assert!(matches!(until_end(&worker, id).last(), Some(Event::Failed(_, Task::Train, _))));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn long_runs_keep_within_their_budget() {
    let values = 3 * 64 * 64;
    let every = kept::stride(1000, 4, values);
    assert!(1000_usize.div_ceil(every) * 4 * KeptPictures::bytes(values) <= BUDGET);
    assert_eq!(kept::stride(50, 1, values), 1);
}

#[test]
fn dropping_the_worker_ends_its_run() {
    let mut worker = worker();
    worker.run(spec(vec![lane(PredictorKind::Network, "ddpm", 1000)]), Pace::Free);
    let began = Instant::now();
    drop(worker);
    assert!(began.elapsed() < Duration::from_secs(20));
}
