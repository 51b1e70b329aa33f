//! The lessons that come with the program.

use std::sync::LazyLock;

use super::Lesson;

/// The files, in the order in which they are meant to be read.
const FILES: [&str; 17] = [
    include_str!("../../assets/lessons/01-express-train.toml"),
    include_str!("../../assets/lessons/02-why-scale.toml"),
    include_str!("../../assets/lessons/03-alpha-bar.toml"),
    include_str!("../../assets/lessons/04-why-cosine.toml"),
    include_str!("../../assets/lessons/05-inherited-and-new.toml"),
    include_str!("../../assets/lessons/06-whom-to-trust.toml"),
    include_str!("../../assets/lessons/07-what-the-network-predicts.toml"),
    include_str!("../../assets/lessons/08-ddpm-and-ddim.toml"),
    include_str!("../../assets/lessons/09-small-beta.toml"),
    include_str!("../../assets/lessons/10-one-family.toml"),
    include_str!("../../assets/lessons/11-three-parts.toml"),
    include_str!("../../assets/lessons/12-why-weight-one.toml"),
    include_str!("../../assets/lessons/13-which-target.toml"),
    include_str!("../../assets/lessons/14-only-the-ends.toml"),
    include_str!("../../assets/lessons/15-why-latent.toml"),
    include_str!("../../assets/lessons/16-a-word-at-work.toml"),
    include_str!("../../assets/lessons/17-guidance-and-its-price.toml"),
];

static LESSONS: LazyLock<Vec<Lesson>> = LazyLock::new(|| {
    // The tests read the files too; one that could not be read would be left out.
    let read = |text: &&str| Lesson::parse(text).inspect_err(|error| log::error!("a lesson: {error}")).ok();
    FILES.iter().filter_map(read).collect()
});

/// The lessons that come with the program, in order. They are read once.
pub fn shipped() -> &'static [Lesson] {
    &LESSONS
}

/// The lesson of this name that comes with the program; `None` if there is none.
pub fn shipped_named(name: &str) -> Option<&'static Lesson> {
    LESSONS.iter().find(|lesson| lesson.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;

    #[test]
    fn what_lessons_say_is_true_of_their_scenes() {
        let lessons = shipped();
        assert_eq!(lessons.len(), FILES.len());
        for lesson in lessons {
            let name = &lesson.name;
            let scenes = lesson.scenes(&Scene::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let questions = lesson.steps.iter().filter(|step| step.question.is_some()).count();
            assert!(questions >= 1 && scenes.len() >= 4, "{name}");
            for ((step, scene), number) in lesson.steps.iter().zip(&scenes).zip(1..) {
                let untrue = step.untrue(scene).unwrap_or_else(|error| panic!("{name} {number}: {error}"));
                assert_eq!(untrue, None, "{name}, step {number}");
            }
        }
    }
}
