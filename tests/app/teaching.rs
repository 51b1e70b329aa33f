//! Lessons, the presentation, search, explanations and languages.

use diffuscope::app::{Language, lesson_title};
use diffuscope::lesson::{Lesson, Question, shipped};
use diffuscope::scene::{ChapterId, Scene};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::{Options, Window, scene};

fn starts(window: &mut Window, name: &str, language: Language) {
    let lesson = shipped().iter().find(|lesson| lesson.name == name).unwrap();
    window.click(&window.say("menu-help"));
    window.click(&lesson_title(lesson, language));
}

fn types(window: &mut Window, text: &str) {
    window.event(Event::Text(text.to_owned()));
    window.settle();
}

#[test]
fn every_lesson_leads_to_its_end_in_every_language() {
    for language in Language::ALL {
        let mut window = Window::with(scene(), &Options { language, ..Options::default() });
        for (lesson, left) in shipped().iter().zip((0..shipped().len()).rev()) {
            let scenes = lesson.scenes(&scene()).unwrap();
            starts(&mut window, &lesson.name, language);
            for (step, wanted) in lesson.steps.iter().zip(&scenes) {
                // Picture and size are the learner's own.
                assert_eq!(window.scene(), wanted, "{}: {:?}", lesson.name, step.text);
                if step.question.is_some() {
                    // The first press shows what happens, the second goes on.
                    window.press(Key::PageDown);
                }
                window.press(Key::PageDown);
            }
            // From its end a lesson leads on to the next one; after the last, the scene is that from before.
            assert_eq!(window.has(&window.say("lesson-leave")), left > 0, "{}", lesson.name);
            if left == 0 {
                assert_eq!(window.scene(), &scene());
            }
        }
    }
}

/// Goes from the first step of a lesson to this one, counted from 0.
fn goes_to(window: &mut Window, lesson: &Lesson, at: usize) {
    for step in &lesson.steps[..at] {
        (0..=usize::from(step.question.is_some())).for_each(|_| window.press(Key::PageDown));
    }
}

#[test]
fn questions_are_answered_and_then_revealed() {
    let lessons = shipped();
    let (lesson, at) = lessons
        .iter()
        .find_map(|lesson| {
            let slide = |question: &Question| matches!(question, Question::Slide { .. });
            let at = lesson.steps.iter().position(|step| step.question.as_ref().is_some_and(slide))?;
            Some((lesson, at))
        })
        .unwrap();
    let Some(Question::Slide { answer, tolerance, .. }) = lesson.steps[at].question else { unreachable!() };
    for (guess, right) in [(answer, true), (answer + tolerance + 5, false)] {
        let mut window = Window::new();
        starts(&mut window, &lesson.name, Language::English);
        goes_to(&mut window, lesson, at);
        while window.scene().t < guess {
            window.press(Key::ArrowRight);
        }
        while window.scene().t > guess {
            window.press(Key::ArrowLeft);
        }
        window.starting("Answer: t = ").click();
        window.settle();
        let said = if right { "Right.".to_owned() } else { format!("your answer was t = {guess}.") };
        let said = said.replace(" = ", "\u{a0}=\u{a0}");
        assert!(window.shows(&said), "{said}");
        assert_eq!(window.scene().t, answer, "what really happens is shown");
    }
    let (lesson, at, answer) = lessons
        .iter()
        .find_map(|lesson| {
            lesson.steps.iter().zip(0..).find_map(|(step, at)| match step.question {
                Some(Question::Choose { answer, .. }) => Some((lesson, at, answer)),
                _ => None,
            })
        })
        .unwrap();
    let mut window = Window::new();
    starts(&mut window, &lesson.name, Language::English);
    goes_to(&mut window, lesson, at);
    let option = format!("lesson-{}.step{}-option{answer}", lesson.name, at + 1);
    window.click(&window.attribute(&option));
    assert!(window.shows("Right."));
}

#[test]
fn the_way_back_from_an_answer_leads_to_its_question() {
    let asks = |lesson: &Lesson| lesson.steps.iter().position(|step| step.question.is_some());
    let (lesson, at) = shipped().iter().find_map(|lesson| Some((lesson, asks(lesson)?))).unwrap();
    let mut window = Window::new();
    starts(&mut window, &lesson.name, Language::English);
    goes_to(&mut window, lesson, at);
    let progress = format!("{} / {}", at + 1, lesson.steps.len());
    let question = window.attribute(&format!("lesson-{}.step{}-question", lesson.name, at + 1));
    let question = question.split_whitespace().next().unwrap().to_owned();
    assert!(window.shows(&progress) && window.shows(&question));
    window.press(Key::PageDown);
    let answered = window.text_in(window.ctx.content_rect());
    window.press(Key::PageUp);
    assert!(window.shows(&progress), "it is the same step");
    assert_ne!(window.text_in(window.ctx.content_rect()), answered, "which asks again");
    window.press(Key::PageUp);
    assert!(window.shows(&format!("{at} / {}", lesson.steps.len())));
}

/// What is revealed is said of the step's scene, wherever one has looked around meanwhile.
#[test]
fn an_answer_leads_back_to_its_step() {
    let asks = |lesson: &Lesson| lesson.steps.iter().position(|step| step.question.is_some());
    for lesson in shipped() {
        let at = asks(lesson).unwrap();
        let mut window = Window::new();
        starts(&mut window, &lesson.name, Language::English);
        goes_to(&mut window, lesson, at);
        let chapter = window.scene().chapter;
        let elsewhere = if chapter == ChapterId::Posterior { Key::Num1 } else { Key::Num4 };
        window.press(elsewhere);
        assert_ne!(window.scene().chapter, chapter, "{}", lesson.name);
        window.press(Key::PageDown);
        let [_, answered] = &lesson.played(&scene()).unwrap()[at];
        assert_eq!(window.scene().chapter, answered.chapter, "{}", lesson.name);
        assert_eq!(window.scene().t, answered.t, "{}", lesson.name);
    }
}

/// A remote has no key but those for the way on and back.
#[test]
fn a_remote_closes_what_lies_over_a_presentation() {
    let mut window = Window::new();
    window.press(Key::P);
    let t = window.scene().t;
    for (modifiers, key, on_top) in [
        (Modifiers::COMMAND, Key::K, "palette-hint"),
        (Modifiers::NONE, Key::G, "glossary-hint"),
        (Modifiers::SHIFT, Key::Questionmark, "keys-close"),
    ] {
        for way in [Key::PageDown, Key::PageUp] {
            window.press_with(modifiers, key);
            let on_top = window.say(on_top);
            assert!(window.shows(&on_top), "{on_top}");
            window.press(way);
            assert!(!window.shows(&on_top), "{on_top}");
            assert_eq!(window.scene().t, t, "the key has done nothing else");
        }
    }
}

#[test]
fn what_one_presses_stays_where_it_is() {
    for size in [vec2(1024.0, 640.0), vec2(1440.0, 900.0)] {
        for language in Language::ALL {
            let mut window = Window::with(scene(), &Options { size, language, ..Options::default() });
            for lesson in [&shipped()[0], &shipped()[13]] {
                starts(&mut window, &lesson.name, language);
                let place = window.rect(&window.say("lesson-next")).center();
                // Pressing at one place leads to the last step, and never out of the lesson.
                let presses: usize =
                    lesson.steps.iter().map(|step| 1 + usize::from(step.question.is_some())).sum();
                for _ in 1..presses {
                    window.click_at(place);
                    let within =
                        ["lesson-leave", "lesson-end"].iter().any(|way| window.has(&window.say(way)));
                    assert!(within, "{} at {size}", lesson.name);
                }
            }
        }
    }
}

#[test]
fn leaving_a_lesson_goes_back_to_the_scene_before_it() {
    let before = Scene { chapter: ChapterId::Ledger, t: 123, ..scene() };
    let mut window = Window::of(before.clone());
    starts(&mut window, "why-cosine", Language::English);
    assert_ne!(window.scene(), &before);
    window.click("Leave");
    assert_eq!(window.scene(), &before);
}

/// The part of the screen that pictures take.
fn share_of_pictures(window: &Window) -> f32 {
    let film = [window.training_rows(), window.training_film()].concat();
    let shown = [window.pictures(), window.frames(), window.run_frames(), film].concat();
    let area: f32 = shown.iter().map(|(_, rect)| rect.area()).sum();
    area / window.ctx.content_rect().area()
}

#[test]
fn what_is_compared_takes_half_of_a_presentation_too() {
    for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0), vec2(1024.0, 640.0)] {
        let options = Options { size, ..Options::default() };
        for chapter in [ChapterId::Forward, ChapterId::Ledger, ChapterId::Posterior] {
            let mut window = Window::with(Scene { chapter, compare: true, ..scene() }, &options);
            window.press(Key::P);
            let share = share_of_pictures(&window);
            assert!(share >= 0.5, "{chapter:?} at {size}: {share}");
        }
        for lanes in 2..=4 {
            let mut scene = Scene { chapter: ChapterId::Reverse, ..scene() };
            // As many calls as find room as pictures.
            scene.chapters.reverse.lane.steps = 12;
            scene.chapters.reverse.rivals = vec![scene.chapters.reverse.lane; lanes - 1];
            let mut window = Window::with(scene, &options);
            window.click(&window.say("reverse-denoise"));
            window.press(Key::P);
            let share = share_of_pictures(&window);
            assert!(share >= 0.5, "{lanes} lanes at {size}: {share}");
        }
    }
}

#[test]
fn a_presentation_is_large_and_leaves_no_trace() {
    for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
        for chapter in ChapterId::ALL {
            let mut window =
                Window::with(Scene { chapter, ..scene() }, &Options { size, ..Options::default() });
            if chapter == ChapterId::Reverse {
                window.click(&window.say("reverse-denoise"));
            }
            let zoom = window.ctx.zoom_factor();
            window.press(Key::P);
            let screen = window.ctx.content_rect();
            let share = share_of_pictures(&window);
            // These show curves and points.
            let of_pictures =
                !matches!(chapter, ChapterId::Schedules | ChapterId::Distributions | ChapterId::Likelihood);
            assert!(!of_pictures || share >= 0.5, "{chapter:?} at {size}: {share}");
            for text in window.texts() {
                // Letters have about 1.2 times their size in points from line to line.
                assert!(text.font >= screen.height() / 40.5, "{chapter:?}: {text:?} in {screen}");
            }
            assert!(!window.has(&window.say("commands")), "there is no chrome");
            let t = window.scene().t;
            // A run leads to t = 1, so that the way back leads to larger t.
            let back = matches!(chapter, ChapterId::Reverse | ChapterId::Text);
            window.press(if back { Key::PageUp } else { Key::PageDown });
            assert!(window.scene().t > t);
            window.press(Key::Escape);
            assert_eq!(window.ctx.zoom_factor(), zoom);
            assert!(window.has(&window.say("commands")));
        }
    }
}

#[test]
fn esc_closes_what_lies_on_top_and_the_scale_comes_back() {
    let mut window = Window::new();
    let zoom = window.ctx.zoom_factor();
    // Pressed faster than a scale is reached.
    for _ in 0..4 {
        window.key_press(Key::P);
        window.run_steps(1);
    }
    window.settle();
    assert_eq!(window.ctx.zoom_factor(), zoom);
    assert!(window.has(&window.say("commands")));
    window.press(Key::P);
    let presented = window.ctx.zoom_factor();
    assert_ne!(presented, zoom);
    for (modifiers, key) in [(Modifiers::NONE, Key::G), (Modifiers::COMMAND, Key::K)] {
        window.press_with(modifiers, key);
        window.press(Key::Escape);
        assert_eq!(window.ctx.zoom_factor(), presented, "{key:?}: the presentation stays");
    }
    window.press(Key::Escape);
    assert_eq!(window.ctx.zoom_factor(), zoom);
}

#[test]
fn lessons_that_are_done_are_ticked_and_stay_so() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { folder: Some(home.path().to_owned()), ..Options::default() };
    let lesson = &shipped()[0];
    let title = lesson_title(lesson, Language::English);
    let done = |window: &mut Window| {
        window.click(&window.say("menu-help"));
        assert!(window.shows(&window.say("menu-lessons")), "lessons have a heading");
        let ticked = window.starting(&title).accesskit_node().toggled();
        window.press(Key::Escape);
        ticked == Some(Toggled::True)
    };
    let mut window = Window::with(scene(), &options);
    starts(&mut window, &lesson.name, Language::English);
    goes_to(&mut window, lesson, 1);
    window.click(&window.say("lesson-leave"));
    assert!(!done(&mut window));
    starts(&mut window, &lesson.name, Language::English);
    goes_to(&mut window, lesson, lesson.steps.len());
    assert!(done(&mut window));
    // The search lists lessons too.
    window.press_with(Modifiers::COMMAND, Key::K);
    types(&mut window, &title);
    assert!(window.shows(&format!("✓  {}", window.say("search-lesson"))));
    window.press(Key::Escape);
    window.close();
    assert!(done(&mut Window::with(scene(), &options)));
}

#[test]
fn search_tells_what_is_near_and_shows_terms() {
    let mut window = Window::new();
    window.press_with(Modifiers::COMMAND, Key::K);
    types(&mut window, "posterier");
    assert!(window.shows("Near it"));
    window.press(Key::Escape);
    window.press_with(Modifiers::COMMAND, Key::K);
    types(&mut window, "beta tilde");
    window.press(Key::Enter);
    window.click("Show me");
    assert_eq!(window.scene().chapter, ChapterId::Posterior);
}

#[test]
fn the_language_changes_at_once() {
    let mut window = Window::new();
    window.press_with(Modifiers::COMMAND, Key::K);
    types(&mut window, "한국어");
    window.press(Key::Enter);
    assert!(window.shows("파일") && window.shows("순방향"));
    assert!(!window.shows("File"));
}

#[test]
fn chapters_are_explained_where_one_looks() {
    let mut window = Window::new();
    for chapter in ChapterId::ALL {
        window.click(&diffuscope::app::about(chapter).0);
        window.press(Key::E);
        assert!(window.shows("You see") && window.shows("Notice"), "{chapter:?}");
        window.press(Key::E);
        assert!(!window.shows("You see"));
    }
}

#[test]
fn what_the_pointer_rests_on_has_one_hint() {
    let scene = Scene { chapter: ChapterId::Ledger, ..scene() };
    let mut window = Window::with(scene, &Options { size: vec2(1024.0, 640.0), ..Options::default() });
    // Rows of values at t have a definition and all digits; so has a caption for which there is little room.
    let value = window.starting("new share of the noise λₜ: ").rect().center();
    let captions: Vec<_> = window.pictures().iter().map(|(_, rect)| rect.center_top()).collect();
    let above = captions.iter().map(|top| *top - vec2(0.0, 12.0));
    for place in above.chain([value]) {
        window.hover_at(place);
        window.run_steps(20);
        assert_eq!(window.tooltips(), 1, "{place}");
        window.remove_cursor();
        window.run_steps(20);
    }
}

#[test]
fn undo_says_what_it_undid_and_goes_there() {
    let mut window = Window::of(Scene { chapter: ChapterId::Ledger, ..scene() });
    window.click("Amplify the new noise");
    window.press(Key::Num1);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.shows("Undone: Noise ledger: amplification of the new noise"));
    assert_eq!(window.scene().chapter, ChapterId::Ledger);
    assert!(!window.scene().chapters.ledger.amplify);
    window.press(Key::N);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.shows("Undone: seed") && !window.shows("Undone: Noise ledger"));
}

#[test]
fn a_lesson_that_is_being_written_outlives_the_window() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { folder: Some(home.path().to_owned()), ..Options::default() };
    let records = |window: &mut Window| {
        window.click(&window.say("menu-help"));
        window.click(&window.say("command-record"));
    };
    let mut window = Window::with(scene(), &options);
    records(&mut window);
    // A step without words says nothing.
    window.click(&window.say("record-take"));
    assert!(!window.shows("1 step"));
    window.get_by_role(Role::MultilineTextInput).focus();
    window.settle();
    types(&mut window, "Look at this.");
    // What is lit, and a question; without all of the question there is no step.
    window.click("Light");
    window.click("x₀  clean picture");
    window.press(Key::Escape);
    assert!(window.has("Light: 1"));
    window.click("Question");
    window.click("Question: Choose");
    window.press(Key::Escape);
    window.click(&window.say("record-take"));
    assert!(!window.shows("1 step") && window.has("Question …"));
    window.click("Question …");
    for (field, words) in [
        ("The question", "Which?"),
        ("The answers, one a line", "This\nThat"),
        ("What is said when it has been answered", "That."),
    ] {
        window.get_by_label(field).focus();
        window.settle();
        types(&mut window, words);
    }
    window.click("That");
    window.press(Key::Escape);
    window.click(&window.say("record-take"));
    assert!(window.shows("1 step") && window.has("Light") && window.has("Question"));
    window.close();
    let mut window = Window::with(scene(), &options);
    assert!(window.shows("1 step"));
    // It is given up only after a question.
    window.click(&window.say("record-end"));
    assert!(window.shows("1 step"));
    window.click(&window.say("record-discard"));
    assert!(!window.shows("1 step"));
}

/// In a presentation nobody presses buttons: races are made by themselves, whatever run there was before, and what is asked
/// is not shown by an earlier run.
#[test]
fn a_presented_lesson_makes_its_own_runs() {
    let lesson = shipped().iter().find(|lesson| lesson.name == "ddpm-and-ddim").unwrap();
    let mut window = Window::with(scene(), &Options::default());
    starts(&mut window, &lesson.name, Language::English);
    window.press(Key::P);
    window.settle();
    let lanes = |scene: &Scene| 1 + scene.chapters.reverse.rivals.len();
    let not_run = window.say("reverse-lane-not-run");
    for step in &lesson.steps {
        let reverse = window.scene().chapter == ChapterId::Reverse;
        let made = |window: &Window| window.run_frames().len();
        if step.question.is_some() {
            if reverse {
                assert_eq!(made(&window), 0, "an earlier run shows no answer");
            }
            window.press(Key::PageDown);
            window.settle();
        }
        if reverse {
            // Races have pictures of their own in place of a film.
            let lanes = lanes(window.scene());
            assert!((lanes > 1 || made(&window) > 0) && !window.shows(&not_run), "{lanes} lanes");
        }
        window.press(Key::PageDown);
        window.settle();
    }
}

#[test]
fn a_lesson_goes_on_where_it_was_left() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { folder: Some(home.path().to_owned()), ..Options::default() };
    let lesson = &shipped()[3];
    let second = lesson.scenes(&scene()).unwrap()[1].clone();
    let mut window = Window::with(scene(), &options);
    starts(&mut window, &lesson.name, Language::English);
    goes_to(&mut window, lesson, 1);
    window.press(Key::Escape);
    assert_eq!(window.scene(), &scene());
    starts(&mut window, &lesson.name, Language::English);
    assert_eq!(window.scene(), &second);
    window.click(&window.say("lesson-restart"));
    assert_eq!(window.scene(), &lesson.scenes(&scene()).unwrap()[0]);
    window.press(Key::Escape);
    starts(&mut window, &lesson.name, Language::English);
    assert_eq!(window.scene(), &lesson.scenes(&scene()).unwrap()[0], "it was left at its beginning");
}

#[test]
fn the_glossary_lists_terms_alone() {
    let mut window = Window::new();
    window.press(Key::G);
    assert!(window.has(&window.say("glossary-hint")) || window.shows(&window.say("glossary-hint")));
    assert!(!window.shows(&window.say("command-dark-theme")));
    types(&mut window, "elbo");
    window.press(Key::Enter);
    assert!(window.shows("ELBO"));
}
