//! What the orders of a lesson do.

use i18n_embed_fl::fl;

use super::{Answer, LessonOrder, Playing, Recording};
use crate::app::command::Command;
use crate::app::output::Output;
use crate::app::shell::{Shell, StepStart};
use crate::lesson::{self, Lesson, Question};
use crate::scene::{Action, Scene};

impl Shell {
    /// Carries out an order of a lesson.
    pub fn lesson(&mut self, ctx: &egui::Context, order: LessonOrder) {
        match order {
            LessonOrder::Start(name) => {
                if let Some(lesson) = lesson::shipped_named(&name) {
                    self.start_lesson(ctx, lesson.clone());
                }
            }
            LessonOrder::Restart => {
                let at = self.playing.as_ref().map_or(0, |playing| playing.at);
                self.turn(ctx, -isize::try_from(at).unwrap_or(0));
            }
            LessonOrder::Next => self.turn(ctx, 1),
            LessonOrder::Back => self.back(ctx),
            LessonOrder::Answer(chosen) => self.answer(ctx, Answer::Chosen(chosen)),
            LessonOrder::Check => self.answer(ctx, Answer::Timestep(self.scene().t)),
            LessonOrder::Leave => self.end_lesson(ctx),
            LessonOrder::Record => {
                // The scene stays: whoever writes a lesson begins with what is on show.
                self.playing = None;
                self.settings.recording.get_or_insert_default();
                self.show_anew(ctx);
            }
            LessonOrder::Take => {
                let scene = self.history.scene();
                if let Some(Err(reason)) =
                    self.settings.recording.as_mut().map(|recording| recording.take(scene))
                {
                    self.notices.fail(ctx, reason);
                }
            }
            LessonOrder::TakeBack => {
                if let Some(recording) = &mut self.settings.recording {
                    recording.take_back();
                }
            }
            LessonOrder::Save => self.save_lesson(ctx),
            LessonOrder::EndRecording => {
                if self.settings.recording.as_ref().is_some_and(Recording::has_content) {
                    let stop = (fl!(self.words, "record-discard"), Command::Lesson(LessonOrder::Discard));
                    let go_on = (fl!(self.words, "record-go-on"), Command::Lesson(LessonOrder::Record));
                    self.notices.ask(ctx, fl!(self.words, "record-lost"), vec![stop, go_on]);
                } else {
                    self.lesson(ctx, LessonOrder::Discard);
                }
            }
            LessonOrder::Discard => {
                self.settings.recording = None;
                self.show_anew(ctx);
            }
        }
    }

    /// Starts a lesson at its first step, or where it was left. If that is not possible, a notice says why.
    pub fn start_lesson(&mut self, ctx: &egui::Context, lesson: Lesson) {
        let before = self.playing.take().map_or_else(|| self.scene().clone(), |playing| playing.before);
        let shipped = lesson::shipped_named(&lesson.name) == Some(&lesson);
        let left = self.settings.left.get(&lesson.name).copied().filter(|_| shipped);
        // Whoever has found a lesson needs no invitation.
        self.settings.welcomed = true;
        self.notices.withdraw(&fl!(self.words, "welcome"));
        match Playing::new(lesson, &before) {
            Ok(playing) => {
                self.playing = Some(playing.from(left.unwrap_or(1)));
                self.show_step(ctx);
            }
            Err(error) => self.fail(ctx, &error),
        }
    }

    /// Asks where to save the lesson that is being written.
    fn save_lesson(&mut self, ctx: &egui::Context) {
        let untitled = fl!(self.words, "record-untitled");
        let Some(lesson) = self.settings.recording.as_ref().map(|recording| recording.lesson(&untitled))
        else {
            return;
        };
        let stem = lesson.name.clone();
        self.ask_save(ctx, Output::Lesson(Box::new(lesson)), &stem);
    }

    /// Goes back: from an answer to its question, and else to the step before.
    fn back(&mut self, ctx: &egui::Context) {
        match &mut self.playing {
            Some(playing) if playing.answer.is_some() => {
                playing.answer = None;
                self.show_step(ctx);
            }
            _ => self.turn(ctx, -1),
        }
    }

    /// Goes on or back by a number of steps; on from the last step, the lesson ends.
    fn turn(&mut self, ctx: &egui::Context, steps: isize) {
        let Some(playing) = &mut self.playing else { return };
        if steps > 0 && playing.asks() {
            // Whoever goes on without an answer sees what happens before the next step.
            return self.answer(ctx, Answer::Seen);
        }
        let Some(at) = playing.at.checked_add_signed(steps) else { return };
        if at >= playing.scenes.len() {
            return match playing.next_lesson() {
                Some(next) => self.start_lesson(ctx, next.clone()),
                // The key that leads on would go on in the scene from before: a presentation ends by Esc.
                None if self.presenting.is_some() => {}
                None => self.end_lesson(ctx),
            };
        }
        playing.at = at;
        playing.answer = None;
        self.show_step(ctx);
    }

    /// Shows the scene of the lesson's step, with the picture and its size as they are now.
    fn show_step(&mut self, ctx: &egui::Context) {
        let Some(playing) = &self.playing else { return };
        let now = self.history.scene();
        let scene = Scene { image: now.image.clone(), fit: now.fit, ..playing.scene().clone() };
        self.playback.pause();
        self.step = StepStart::Due;
        self.apply(ctx, Action::Replace(Box::new(scene)));
        self.remember_place();
        self.show_anew(ctx);
    }

    /// Whether a lesson is played and the scene is that of its step.
    pub fn is_at_step(&self) -> bool {
        let now = self.history.scene();
        self.playing.as_ref().is_some_and(|playing| {
            Scene { image: now.image.clone(), fit: now.fit, ..playing.scene().clone() } == *now
        })
    }

    /// Remembers how far the lesson that is played has come, if it comes with the program.
    fn remember_place(&mut self) {
        let Some(playing) = &self.playing else { return };
        let name = &playing.lesson.name;
        if lesson::shipped_named(name) != Some(&playing.lesson) {
            return;
        }
        if playing.is_done() {
            self.settings.done.insert(name.clone());
        }
        if playing.is_done() || playing.at == 0 {
            self.settings.left.remove(name);
        } else {
            self.settings.left.insert(name.clone(), playing.at + 1);
        }
    }

    fn answer(&mut self, ctx: &egui::Context, answer: Answer) {
        let Some(playing) = &mut self.playing else { return };
        let elsewhere = self.history.scene().chapter != playing.scene().chapter;
        playing.answer = Some(answer);
        if elsewhere || !playing.step().then.is_empty() {
            // What is revealed is said of the step's own scene.
            return self.show_step(ctx);
        }
        if let Some(Question::Slide { answer, .. }) = playing.step().question {
            self.apply(ctx, Action::Timestep(answer));
        }
        self.remember_place();
        self.show_anew(ctx);
    }

    /// Ends the lesson, and goes back to the scene from before it.
    fn end_lesson(&mut self, ctx: &egui::Context) {
        let Some(playing) = self.playing.take() else { return };
        self.apply(ctx, Action::Replace(Box::new(playing.before)));
        self.show_anew(ctx);
    }
}
