use super::*;
use crate::scene::ChapterId;

const TEXT: &str = r#"
name = "two"
title = "Two steps"
[[step]]
text = "First."
scene = { chapter = "ledger", t = 500, schedules = { log_axis = true } }
light = ["inherited", "new"]
[step.question]
kind = "choose"
ask = "Which?"
options = ["this", "that"]
answer = 2
reveal = "That."
[[step]]
text = "Second."
scene = { schedule_a = { kind = "cosine", s = 0.008, steps = 1000, zero_terminal_snr = false } }
[step.question]
kind = "slide"
answer = 496
tolerance = 20
where = { column = "alpha_bar", crosses = 0.5 }
"#;

fn scene(patch: &str) -> Result<Scene, String> {
    let patch: Map<String, Value> = toml::from_str(patch).unwrap();
    with(&Scene::default(), &patch)
}

#[test]
fn steps_build_upon_each_other() {
    let lesson = Lesson::parse(TEXT).unwrap();
    let mut before = Scene { t: 7, ..Scene::default() };
    before.fit.size = 64;
    let [first, second]: [Scene; 2] = lesson.scenes(&before).unwrap().try_into().unwrap();
    assert_eq!((first.chapter, first.t, first.fit.size), (ChapterId::Ledger, 500, 64));
    assert!(first.chapters.schedules.log_axis);
    assert_eq!((second.chapter, second.t), (ChapterId::Ledger, 500));
    assert_eq!(second.schedule_a.kind.name(), "cosine");
    let [Step { question: Some(asked), .. }, last] = &lesson.steps[..] else { panic!("{lesson:?}") };
    assert_eq!((asked.ask(), asked.reveal()), (Some("Which?"), Some("That.")));
    assert_eq!(last.untrue(&second).unwrap(), None);
    // Under the first step's schedule half of the variance is gone elsewhere.
    assert!(last.untrue(&first).unwrap().unwrap().contains("not 496"));
}

#[test]
fn what_is_no_lesson_is_refused_with_its_reason() {
    let reason = |text: &str| {
        let lesson = Lesson::parse(text).and_then(|lesson| lesson.scenes(&Scene::default()));
        lesson.unwrap_err().to_string()
    };
    assert!(reason("name = \"x\"").contains("1 to 200 steps"));
    assert!(reason("name = \"x\"\n[[step]]\nsceen = {}").contains("sceen"));
    assert!(reason("name = \"x\"\n[[step]]\nscene = { tt = 3 }").contains("step 1: a scene has no \"tt\""));
    assert!(reason("name = \"x\"\n[[step]]\nscene = { t = 0 }").contains("step 1"));
    let question = "name = \"x\"\n[[step]]\n[step.question]\nkind = \"choose\"\noptions = 2\nanswer = 3";
    assert!(reason(question).contains("from 1 to 2"));
}

#[test]
fn claims_are_numbers_and_inequalities() {
    let said = |claim: &str| {
        let claim: Claim = toml::from_str(&format!("column = \"alpha_bar\"\nt = 500\n{claim}")).unwrap();
        claim.untrue(&Scene::default())
    };
    assert_eq!(said("is = 0.0786\ntolerance = 1e-4").unwrap(), None);
    assert!(said("is = 0.08\ntolerance = 1e-4").unwrap().is_some());
    assert_eq!(said("below_of = { column = \"alpha_bar\", side = \"B\", t = 500 }").unwrap(), None);
    assert!(said("above_of = { column = \"alpha_bar\", side = \"B\", t = 500 }").unwrap().is_some());
    assert!(said("above = 0.07\nbelow = 0.08").is_err());
    assert!(said("is = 0.5\nside = \"B\"").unwrap().is_some());
    let wrong: Claim = toml::from_str("column = \"alpha\"\nt = 1001\nis = 1").unwrap();
    assert!(wrong.untrue(&Scene::default()).unwrap_err().to_string().contains("outside 1 to 1000"));
}

#[test]
fn tables_that_say_their_kind_are_replaced_whole() {
    let other = scene("[reverse.lane.sampler]\nsampler = \"heun\"").unwrap();
    assert_ne!(other.chapters.reverse.lane, Scene::default().chapters.reverse.lane);
    let painted = scene("[distributions.plane.data]\npainted = [[0.0, 1.0]]").unwrap();
    assert_ne!(painted.chapters.distributions.plane.data, Scene::default().chapters.distributions.plane.data);
    assert!(scene("[reverse.lane]\nsteeps = 3").is_err());
}

#[test]
fn a_difference_leads_from_one_scene_to_the_other() {
    let from = Scene::default();
    let mut to = scene("chapter = \"reverse\"\nt = 12\n[ledger]\nfew_steps = 20").unwrap();
    to.chapters.distributions.plane.racers.pop();
    to.schedule_a.zero_terminal_snr = true;
    to.chapters.reverse.class = None;
    let Difference { scene, unset } = difference(&from, &to).unwrap();
    assert!(!scene.contains_key("posterior") && !scene.contains_key("seed"), "{scene:?}");
    assert_eq!(unset, ["reverse.class"]);
    // It can be written down.
    let lesson = Lesson {
        name: "recorded".to_owned(),
        title: Some("Recorded".to_owned()),
        steps: vec![Step {
            text: Some("빈 화면에서 x₀".to_owned()),
            fresh: true,
            scene,
            unset,
            ..Step::default()
        }],
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lesson.toml");
    save(&path, &lesson).unwrap();
    assert_eq!(load(&path).unwrap(), lesson);
    assert_eq!(lesson.scenes(&Scene::default()).unwrap(), [to]);
}

#[test]
fn files_hold_their_own_words_and_answers_that_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    let reason = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let text = load(&path).unwrap_err().to_string();
        assert!(text.contains("x.toml") && !text.contains('\n'), "{text}");
        text
    };
    assert!(reason("name = \"x\"\n[[step]]\ntext = \"a\"").contains("no title"));
    let head = "name = \"x\"\ntitle = \"X\"\n[[step]]\n";
    assert!(reason(head).contains("step 1: it has no text"));
    assert!(reason(&format!("{head}text = \"a\"\nscene = {{ t = 99999 }}")).contains("step 1"));
    for (words, what) in [
        ("text = \" \"", "is empty"),
        ("text = \"a\\u0007\"", "control characters"),
        ("text = \"a\"\nclaims = [{ column = \"zz\", t = 3, is = 1.0 }]", "zz"),
        ("text = \"a\"\nclaims = [{ column = \"beta\", t = 300, is = 1.0 }]", "is not so"),
        ("text = \"a\"\nclaims = [{ column = \"beta\", t = 99999999999, is = 1.0 }]", "outside 1 to 1000"),
    ] {
        assert!(
            reason(&format!("{head}{words}")).contains(what),
            "{words}: {}",
            reason(&format!("{head}{words}"))
        );
    }
    let alike = "text = \"a\"\n[step.question]\nkind = \"choose\"\nask = \"?\"\nreveal = \"!\"\nanswer = 1\n";
    assert!(reason(&format!("{head}{alike}options = [\"a\", \"a\"]")).contains("are the same"));
    assert!(reason(&format!("{head}{alike}options = [\"a\", \"\"]")).contains("is empty"));
    let slide = "text = \"a\"\n[step.question]\nkind = \"slide\"\nask = \"?\"\nreveal = \"!\"\ntolerance = 3\nanswer = ";
    assert!(reason(&format!("{head}{slide}500000")).contains("from 1 to T = 1000"));
    std::fs::write(&path, format!("{head}{slide}500")).unwrap();
    assert!(load(&path).is_ok());
    let count = "text = \"a\"\n[step.question]\nkind = \"choose\"\nask = \"?\"\nreveal = \"!\"\noptions = 3\nanswer = 1";
    assert!(reason(&format!("{head}{count}")).contains("must be texts"));
}

#[test]
fn an_answer_may_change_the_scene_that_the_next_step_begins_with() {
    let text = r#"
        name = "then"
        title = "Then"
        [[step]]
        text = "Where?"
        scene = { t = 10 }
        then = { t = 400, chapter = "posterior" }
        question = { kind = "choose", ask = "Which?", options = ["a", "b"], answer = 1, reveal = "This." }
        [[step]]
        text = "There."
        [[step]]
        text = "When?"
        scene = { t = 20 }
        then = { compare = true }
        question = { kind = "slide", ask = "When?", answer = 700, tolerance = 5, reveal = "Then." }
        [[step]]
        text = "The end."
    "#;
    let lesson = Lesson::parse(text).unwrap();
    let scenes = lesson.played(&Scene::default()).unwrap();
    let of = |scene: &Scene| (scene.t, scene.chapter, scene.compare);
    let seen: Vec<_> = scenes.iter().map(|[asked, answered]| [of(asked), of(answered)]).collect();
    assert_eq!(seen[0], [(10, ChapterId::Forward, false), (400, ChapterId::Posterior, false)]);
    assert_eq!(seen[1], [(400, ChapterId::Posterior, false); 2]);
    assert_eq!(seen[2], [(20, ChapterId::Posterior, false), (700, ChapterId::Posterior, true)]);
    // The learner's t is their own.
    assert_eq!(seen[3], [(20, ChapterId::Posterior, true); 2]);
    let wrong = text.replace("compare = true", "nothing = 1");
    assert!(Lesson::parse(&wrong).and_then(|lesson| lesson.scenes(&Scene::default())).is_err());
}
