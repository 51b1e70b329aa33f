use std::collections::BTreeSet;

use super::*;
use crate::app::formula::{Set, Term as Typeset};
use crate::app::words::{Language, words};
use crate::diffusion::ScheduleKind;
use crate::diffusion::sampler::SamplerKind;
use crate::lesson::with;
use crate::scene::Scene;

#[test]
fn every_term_is_whole() {
    let ids: BTreeSet<&str> = terms().iter().map(|term| term.id.as_str()).collect();
    assert_eq!(ids.len(), terms().len(), "an identifier occurs twice");
    assert!(ids.len() >= 55, "{}", ids.len());
    for term in terms() {
        let id = &term.id;
        for name in &term.formula {
            assert!(Typeset::find(Set::Tall, name).is_some(), "{id}: {name}");
        }
        for other in &term.see {
            assert!(ids.contains(other.as_str()) && other != id, "{id}: {other}");
        }
        if let Some(show) = &term.show {
            let shown = with(&Scene::default(), show);
            assert!(shown.is_ok(), "{id}: {shown:?}");
        }
        for language in Language::ALL {
            let words = words(language);
            assert!(words.has(&term.message()), "{id}: {language:?}");
            let about = term.about(&words);
            let most = if language == Language::Korean { 260 } else { 400 };
            assert!(about.ends_with(['.', '다']) && about.chars().count() <= most, "{id}: {about}");
            assert!(!term.also(&words).is_empty(), "{id}: {language:?}");
        }
    }
}

#[test]
fn whatever_is_shown_is_explained() {
    let unexplained: Vec<_> = Quantity::ALL.into_iter().filter(|&quantity| of(quantity).is_none()).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    for kind in ScheduleKind::NAMES {
        assert!(find(&format!("schedule-{kind}")).is_some(), "{kind}");
    }
    for name in SamplerKind::names() {
        assert!(find(&format!("sampler-{name}")).is_some(), "{name}");
    }
}
