//! Where files are written: proposed names, file name extensions, and files that exist already.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use diffuscope::app::{Answer, Chooser, DialogError, Language, Question};
use diffuscope::scene::{self, ChapterId};
use diffuscope::system::NoDialogs;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene as small_scene};

/// The answer that the dialog gives next, and the questions that it was asked.
#[derive(Default)]
struct Talk {
    answer: Option<Answer>,
    asked: Vec<Question>,
}

/// A window in which dialogs answer at once.
fn window_with(talk: &Arc<Mutex<Talk>>) -> Window {
    let talk = Arc::clone(talk);
    let choose = move |question: &Question| {
        let mut talk = talk.lock().unwrap();
        talk.asked.push(question.clone());
        talk.answer.clone().unwrap()
    };
    Window::with(small_scene(), &Options { chooser: Some(Chooser(Arc::new(choose))), ..Options::default() })
}

fn answer(talk: &Arc<Mutex<Talk>>, path: &Path) {
    talk.lock().unwrap().answer = Some(Ok(Some(path.to_owned())));
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_the_ending_names_is_replaced_only_when_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lecture.diffuscope");
    std::fs::write(&file, "precious").unwrap();
    let precious = || std::fs::read_to_string(&file).unwrap() == "precious";
    let talk = Arc::default();
    answer(&talk, &folder.path().join("lecture"));
    let mut window = window_with(&talk);
    let ask = |window: &mut Window| {
        window.press_with(Modifiers::COMMAND, Key::S);
        assert!(window.shows("Replace lecture.diffuscope?") && precious());
    };
    ask(&mut window);
    // While the question is open, keys have no other effect.
    window.press(Key::Num2);
    assert_eq!(window.scene().chapter, ChapterId::Forward);
    window.press(Key::Escape);
    assert!(!window.shows("Replace lecture") && precious());
    ask(&mut window);
    // Enter chooses the answer by which nothing is lost.
    window.press(Key::Enter);
    assert!(!window.shows("Replace lecture") && precious());
    ask(&mut window);
    window.click("Cancel");
    assert!(!window.shows("Replace lecture") && precious());
    ask(&mut window);
    // The other answer can be chosen without the mouse too.
    window.press(Key::Tab);
    assert!(window.get_by_label("Replace").is_focused());
    window.press(Key::Enter);
    assert!(!window.shows("Replace lecture"));
    assert_eq!(&scene::load(&file).unwrap(), window.scene());
    // If the name was typed with its extension, the system's dialog has already asked about replacing the
    // file.
    std::fs::write(&file, "precious").unwrap();
    answer(&talk, &file);
    window.press_with(Modifiers::COMMAND, Key::S);
    assert!(!window.shows("Replace lecture"));
    assert_eq!(&scene::load(&file).unwrap(), window.scene());
    assert_eq!(names(folder.path()), ["lecture.diffuscope"]);
}

#[test]
fn every_kind_of_file_has_its_ending_and_is_asked_about() {
    let talk = Arc::default();
    let mut window = window_with(&talk);
    // A run is made, so that there is one to export.
    window.press(Key::Num5);
    window.press(Key::Space);
    for (entry, ending) in [
        ("Save scene…", "diffuscope"),
        ("Export figure…", "png"),
        ("Export film as GIF…", "gif"),
        ("Export film as APNG…", "png"),
        ("Export curves as CSV…", "csv"),
        ("Export curves as JSON…", "json"),
        ("Export schedule for diffusers…", "json"),
        ("Export run as GIF…", "gif"),
        ("Export run as APNG…", "png"),
        ("Export run's states…", "safetensors"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        answer(&talk, &folder.path().join("made on 1.2.2026"));
        let export = |window: &mut Window| {
            window.click("File");
            window.starting(entry).click();
            window.settle();
            if entry.contains("figure") {
                window.click("Save…");
            }
        };
        export(&mut window);
        let wanted = format!("made on 1.2.2026.{ending}");
        assert_eq!(names(folder.path()), std::slice::from_ref(&wanted), "{entry}");
        let question = talk.lock().unwrap().asked.pop().unwrap();
        assert!(
            matches!(&question.purpose, diffuscope::app::Purpose::Save(name) if name.ends_with(&format!(".{ending}"))),
            "{question:?}"
        );
        std::fs::write(folder.path().join(&wanted), "precious").unwrap();
        export(&mut window);
        assert!(window.shows(&format!("Replace {wanted}?")), "{entry}");
        window.click("Cancel");
        assert_eq!(std::fs::read_to_string(folder.path().join(&wanted)).unwrap(), "precious", "{entry}");
    }
}

#[test]
fn a_dialog_that_failed_is_told_and_one_that_was_closed_is_not() {
    let talk: Arc<Mutex<Talk>> = Arc::default();
    let mut window = window_with(&talk);
    talk.lock().unwrap().answer = Some(Ok(None));
    for key in [Key::O, Key::S, Key::E, Key::M] {
        window.press_with(Modifiers::COMMAND, key);
        if key == Key::E {
            window.click("Save…");
        }
        assert!(!window.has("Close"), "{key:?}");
    }
    talk.lock().unwrap().answer = Some(Err(DialogError::NotShown));
    window.press_with(Modifiers::COMMAND, Key::O);
    let told = "No file dialog can open: xdg-desktop-portal did not show it. Type";
    assert!(window.shows(told));
    window.press(Key::Escape);
    assert!(!window.shows(told));
    assert_eq!(window.scene(), &small_scene());
    assert_eq!(talk.lock().unwrap().asked.len(), 5);
}

/// Asks for a file by a key, types its path, which a dialog would have asked for, and clicks a button.
fn types(window: &mut Window, key: Key, path: &Path, button: &str) {
    window.press_with(Modifiers::COMMAND, key);
    window.press_with(Modifiers::COMMAND, Key::A);
    window.event(Event::Text(path.display().to_string()));
    window.settle();
    window.click(button);
}

#[test]
fn without_a_dialog_paths_are_typed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my lecture v1.2");
    let file = folder.path().join("my lecture v1.2.diffuscope");
    let talk: Arc<Mutex<Talk>> = Arc::default();
    talk.lock().unwrap().answer = Some(Err(DialogError::NotShown));
    let mut window = window_with(&talk);
    types(&mut window, Key::S, Path::new("lecture"), "Save");
    assert!(window.shows("No file dialog can open"), "the name alone is no path");
    window.press(Key::Escape);
    types(&mut window, Key::S, &path, "Save");
    let saved = std::fs::read(&file).unwrap();
    types(&mut window, Key::S, &path, "Save");
    assert!(window.shows("Replace my lecture v1.2.diffuscope?"));
    window.click("Cancel");
    assert_eq!(std::fs::read(&file).unwrap(), saved);
    let t = window.scene().t;
    window.press(Key::ArrowRight);
    assert_ne!(window.scene().t, t);
    types(&mut window, Key::O, &file, "Open");
    assert_eq!(window.scene().t, t);
    // A path with a mistake is there to be mended when one asks again.
    let mistyped = folder.path().join("my lecture v1.2.difuscope");
    types(&mut window, Key::O, &mistyped, "Open");
    window.press(Key::Escape);
    window.press_with(Modifiers::COMMAND, Key::O);
    assert!(window.shows(&mistyped.display().to_string()));
}

#[test]
fn a_dialog_that_failed_is_told_in_korean() {
    let command = Some("sudo apt install zenity".to_owned());
    for (error, told) in [
        (DialogError::NotShown, "xdg-desktop-portal이 대화 상자를 보여 주지 않았습니다"),
        (DialogError::Ended, "대화 상자가 응답 없이 끝났습니다"),
        (
            DialogError::Missing { reason: NoDialogs::NoBus, command: command.clone() },
            "‘sudo apt install zenity’ 명령으로 설치할 수 있습니다",
        ),
        (DialogError::Missing { reason: NoDialogs::NoBus, command: None }, "zenity 패키지를 설치하세요"),
    ] {
        let choose = Chooser(Arc::new(move |_| Err(error.clone())));
        let options = Options { language: Language::Korean, chooser: Some(choose), ..Options::default() };
        let mut window = Window::with(small_scene(), &options);
        window.press_with(Modifiers::COMMAND, Key::O);
        let text = window.text_in(window.ctx.content_rect());
        let notice = text.lines().find(|line| line.contains("파일 대화 상자를 열 수 없습니다")).unwrap();
        assert!(notice.contains(told), "{notice}");
        assert!(
            !["session", "install zenity;", "did not"].iter().any(|word| notice.contains(word)),
            "{notice}"
        );
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let talk = Arc::default();
    answer(&talk, &PathBuf::from("/no/such/folder/scene"));
    let mut window = window_with(&talk);
    window.press_with(Modifiers::COMMAND, Key::S);
    assert!(window.shows("/no/such/folder/scene.diffuscope"));
}
