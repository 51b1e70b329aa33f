//! Carries out commands.

use egui::{Key, ViewportCommand};
use i18n_embed_fl::fl;

use super::chapters::{Host, Order};
use super::command::{Command, First, Intent};
use super::dialogs::Filter;
use super::entry::{NONE, key};
use super::lessons::LessonOrder;
use super::output::{Output, SCENES_AND_LESSONS};
use super::pictures::Pixels;
use super::shell::{Pending, Shell, StepStart};
use super::{App, glossary};
use crate::export::TableFormat;
use crate::lesson;
use crate::scene::{Action, ChapterId, ImageRef};

/// Into how many parts the keys to turn pages divide all timesteps.
const PARTS: usize = 20;

/// File name extensions of pictures, scenes and lessons, all of which can be opened alike.
const OPENED: &[&str] =
    &["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "diffuscope", lesson::ENDING];

impl App {
    /// Carries out a command.
    pub(super) fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenPath(path) => self.open_path(ctx, path),
            Command::Order(order) => self.tell_room(ctx, &order),
            Command::Play(onwards) => {
                self.let_time_go();
                self.shell.play_or_pause(ctx, onwards);
            }
            Command::StepBy(n) => {
                self.let_time_go();
                self.shell.step_by(ctx, n);
            }
            Command::Turn(on) if self.shell.playing.is_some() => {
                let order = if on { LessonOrder::Next } else { LessonOrder::Back };
                self.run(ctx, Command::Lesson(order));
            }
            Command::Lesson(order) => {
                let before = self.shell.scene().clone();
                self.shell.lesson(ctx, order);
                // What is still under way from another step moves t no longer. Writing a lesson changes no scene.
                if *self.shell.scene() != before {
                    self.let_time_go();
                }
            }
            Command::Turn(on) => {
                let part = self.shell.scene().steps().div_ceil(PARTS) as i64;
                let on = on != self.rooms.get(self.shell.scene().chapter).runs_back();
                self.run(ctx, Command::StepBy(if on { part } else { -part }));
            }
            Command::Palette => self.palette.toggle(),
            Command::Glossary => self.palette.open_glossary(),
            Command::Begin(first) => self.begin(ctx, first),
            Command::Term(id) => self.card.open(&id),
            Command::Keys => self.keys_open = !self.keys_open,
            Command::Figure(order) => self.figure_order(ctx, order),
            command => self.shell.run(ctx, command),
        }
        self.shell.show_anew(ctx);
    }

    /// Does what the invitation of the first start offers; it is not shown again then.
    fn begin(&mut self, ctx: &egui::Context, first: First) {
        self.shell.settings.welcomed = true;
        match first {
            First::Lesson => {
                if let Some(lesson) = lesson::shipped().first() {
                    self.shell.start_lesson(ctx, lesson.clone());
                }
            }
            First::Picture => self.run(ctx, Command::OpenImage),
            First::Denoise => {
                self.shell.apply(ctx, Action::Chapter(ChapterId::Reverse));
                self.press_space(ctx, ChapterId::Reverse);
            }
            First::Draw => {
                self.shell.apply(ctx, Action::Chapter(ChapterId::Text));
                self.press_space(ctx, ChapterId::Text);
            }
            First::Nothing => {}
        }
    }

    /// Does what the space bar does in a chapter: what one most likely wants there.
    fn press_space(&mut self, ctx: &egui::Context, chapter: ChapterId) {
        let commands = self.rooms.get(chapter).commands(self.shell.scene(), &self.shell.words);
        let space = commands.into_iter().find(|entry| entry.shortcut == key(NONE, Key::Space));
        if let Some(Intent::Do(command)) = space.map(|entry| entry.intent) {
            self.run(ctx, command);
        }
    }

    /// A step of a lesson begins without what was made for another scene. In a presentation, which has no buttons, it then
    /// makes what it is about, once there is no question to be answered first, and the chapter is ready.
    pub(super) fn begin_step(&mut self, ctx: &egui::Context) {
        self.return_to_the_step(ctx);
        let shell = &mut self.shell;
        if shell.step != StepStart::Due {
            return;
        }
        let presented = shell.presenting.is_some();
        let room = self.rooms.get_mut(shell.scene().chapter);
        let (scene, image) = (shell.scene(), &shell.stage.images.shown().raster);
        let Some(playing) = &shell.playing else {
            // A presentation has no room to say of a run that it is an earlier one.
            let order = room.outdated(scene, image, presented).filter(|_| presented);
            shell.step = StepStart::Begun;
            return order.iter().for_each(|order| self.tell_room(ctx, order));
        };
        let order = if let Some(order) = room.outdated(scene, image, presented) {
            Some(order)
        } else if presented && (playing.asks() || room.is_busy()) {
            None
        } else {
            let order = room.awaited(scene, image).filter(|_| presented);
            let returns = order.is_some() && scene.t > 1;
            shell.step = if returns { StepStart::Returns(scene.t) } else { StepStart::Begun };
            order
        };
        if let Some(order) = order {
            self.tell_room(ctx, &order);
            ctx.request_repaint();
        }
    }

    /// A step is about the call at its t: when its run has come to the end, t goes back there.
    fn return_to_the_step(&mut self, ctx: &egui::Context) {
        let shell = &mut self.shell;
        if let StepStart::Returns(t) = shell.step
            && !self.rooms.get(shell.scene().chapter).is_busy()
        {
            shell.step = StepStart::Begun;
            // Whoever has moved it meanwhile looks at something else.
            if shell.scene().t == 1 {
                shell.apply(ctx, Action::Timestep(t));
            }
        }
    }

    /// Has a chapter carry out an order.
    pub(super) fn tell_room(&mut self, ctx: &egui::Context, order: &Order) {
        self.rooms.get_mut(order.chapter).execute(order, &mut Host::new(ctx, &mut self.shell));
        for command in std::mem::take(&mut self.shell.later) {
            self.run(ctx, command);
        }
    }
}

impl Shell {
    /// Carries out a command that does not concern the chapters.
    fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenImage => {
                let title = fl!(self.words, "dialog-open-image");
                let filter = Filter::of(fl!(self.words, "files-opened"), OPENED);
                self.dialogs.ask_open(ctx, title, filter, Pending::OpenAny);
            }
            Command::OpenScene => {
                let title = fl!(self.words, "dialog-open-scene");
                let filter = Filter::of(fl!(self.words, "files-scenes"), SCENES_AND_LESSONS);
                self.dialogs.ask_open(ctx, title, filter, Pending::OpenAny);
            }
            Command::OpenSample(name) => self.apply(ctx, Action::Image(ImageRef::Sample(name.to_owned()))),
            Command::ImportSchedule(side) => {
                let title = fl!(self.words, "dialog-import-schedule");
                let filter = Filter::of("scheduler_config.json", &["json"]);
                self.dialogs.ask_open(ctx, title, filter, Pending::ImportSchedule(side));
            }
            Command::Paste => self.paste(ctx),
            Command::SaveScene => self.ask_save(ctx, Output::Scene, "scene"),
            Command::SavePicture(pixels, quantity) => {
                let stem = format!("{}-t{}", quantity.column(), self.scene().t);
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    self.ask_save(ctx, Output::Picture(rgba, width, height), &stem);
                }
            }
            Command::CopyPicture(pixels) => {
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied([width, height], &rgba));
                    self.notices.tell(ctx, fl!(self.words, "picture-copied"));
                }
            }
            Command::ExportFilm(format) => self.ask_save(ctx, Output::Film(format), "forward"),
            Command::ExportCurves(format) => {
                let diffusers = format == TableFormat::Diffusers;
                let stem = if diffusers { "scheduler_config" } else { "curves" };
                self.ask_save(ctx, Output::Table(format), stem);
            }
            Command::Recovered(take_back) => self.recovered(ctx, take_back),
            Command::ResetScene => self.apply(ctx, Action::Replace(Box::default())),
            Command::Undo => self.go_through_history(ctx, false),
            Command::Redo => self.go_through_history(ctx, true),
            Command::NewSeed => self.new_seed(ctx),
            Command::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                self.settings.theme =
                    if dark { egui::ThemePreference::Light } else { egui::ThemePreference::Dark };
                ctx.set_theme(self.settings.theme);
            }
            Command::Speak(language) => {
                self.settings.language = Some(language);
                self.speak(ctx, language);
            }
            Command::Welcome => self.welcome(ctx),
            Command::Explain if self.playing.is_some() => {
                // The lesson speaks in its place.
                let text = fl!(self.words, "notice-explain-rests");
                self.notices.tell(ctx, text);
            }
            Command::Explain => {
                self.settings.explain = !self.settings.explain;
                self.show_anew(ctx);
            }
            Command::ShowTerm(id) => self.show_term(ctx, &id),
            Command::Present => self.present(ctx, self.presenting.is_none()),
            Command::Fold(section, open) => {
                self.settings.sections.set(section, open);
                self.show_anew(ctx);
            }
            Command::ToggleFormula => self.settings.formula = !self.settings.formula,
            Command::ToggleInspector => self.settings.inspector = !self.settings.inspector,
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            // These commands need the chapters or the palette and are carried out by `App::run`.
            Command::OpenPath(_)
            | Command::Lesson(_)
            | Command::Order(_)
            | Command::Play(_)
            | Command::StepBy(_)
            | Command::Turn(_)
            | Command::Palette
            | Command::Glossary
            | Command::Begin(_)
            | Command::Term(_)
            | Command::Figure(_)
            | Command::Keys => {}
        }
    }

    /// Shows the invitation of the first start.
    pub(super) fn welcome(&mut self, ctx: &egui::Context) {
        let words = &self.words;
        let answers = vec![
            (fl!(words, "welcome-lesson"), Command::Begin(First::Lesson)),
            (fl!(words, "welcome-picture"), Command::Begin(First::Picture)),
            (fl!(words, "welcome-denoise"), Command::Begin(First::Denoise)),
            (fl!(words, "welcome-draw"), Command::Begin(First::Draw)),
            (fl!(words, "welcome-nothing"), Command::Begin(First::Nothing)),
        ];
        let text = fl!(words, "welcome");
        self.notices.ask(ctx, text, answers);
    }

    /// Changes the scene to one that shows a term.
    fn show_term(&mut self, ctx: &egui::Context, id: &str) {
        let Some(term) = glossary::find(id) else { return };
        let Some(show) = &term.show else { return };
        match lesson::with(self.scene(), show) {
            Ok(scene) => {
                self.apply(ctx, Action::Replace(Box::new(scene)));
                if !term.quantities.is_empty() {
                    let seconds = self.stage.pointed.show(&term.quantities, ctx.input(|input| input.time));
                    ctx.request_repaint_after_secs(seconds as f32 + 0.05);
                }
            }
            Err(reason) => self.notices.fail(ctx, reason),
        }
    }

    fn play_or_pause(&mut self, ctx: &egui::Context, onwards: bool) {
        if let Some(t) = self.playback.toggle(onwards, self.history.scene()) {
            self.apply(ctx, Action::Timestep(t));
        }
    }

    fn step_by(&mut self, ctx: &egui::Context, n: i64) {
        self.playback.pause();
        let t = self.scene().t as i64 + n;
        self.apply(ctx, Action::Timestep(t.max(1) as usize));
    }

    /// A picture at its own resolution: RGBA bytes, width and height. After a failure, `None`, and a notice says why.
    fn rendered(&mut self, ctx: &egui::Context, pixels: &Pixels) -> Option<(Vec<u8>, usize, usize)> {
        let request = match pixels {
            Pixels::Computed(request) => request,
            Pixels::Stored(key) => return self.stage.stored.rendered(*key, self.history.scene()),
            Pixels::None(_) => return None,
        };
        let rendered = self.stage.pictures.render(self.history.scene(), request);
        rendered.inspect_err(|error| self.fail(ctx, error)).ok()
    }
}
