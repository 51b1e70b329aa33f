//! What the words of a lesson claim of schedules and of the loss in continuous time, as numbers.

use serde::{Deserialize, Serialize};

use super::LessonError;
use super::continuous::Continuous;
use crate::diffusion::{Column, Schedule};
use crate::scene::{Scene, Side};

/// A value that a schedule of the scene has, or that the chapter Likelihood has for the scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The name of a column of the schedule's table, such as `alpha_bar`; or `continuous_loss`, `variance_iid`,
    /// `variance_low_discrepancy`, which have no schedule A or B and no timestep.
    pub column: String,
    /// The schedule.
    #[serde(default)]
    pub side: Side,
    /// The timestep, from 1.
    #[serde(default)]
    pub t: usize,
}

/// A number or an inequality that is true of the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What is claimed of, as in [`Reading`].
    pub column: String,
    /// The schedule.
    #[serde(default)]
    pub side: Side,
    /// The timestep, from 1.
    #[serde(default)]
    pub t: usize,
    /// The value is this number …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<f64>,
    /// … up to this difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// The value is greater than this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// The value is less than this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// The value is greater than this other one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_of: Option<Reading>,
    /// The value is less than this other one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_of: Option<Reading>,
}

/// A place in time: where a quantity falls or rises through a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crossing {
    /// The name of a column of the schedule's table.
    pub column: String,
    /// The schedule.
    #[serde(default)]
    pub side: Side,
    /// The value that is passed.
    pub crosses: f64,
}

fn column(name: &str) -> Result<Column, LessonError> {
    let found = Column::ALL.into_iter().find(|column| column.name() == name);
    found.ok_or_else(|| LessonError::Claim(format!("is about {name:?}, which is no column of a schedule")))
}

fn schedule(scene: &Scene, side: Side) -> Result<Schedule, LessonError> {
    scene.schedule(side).build().map_err(|error| LessonError::Scene(error.to_string()))
}

impl Reading {
    /// The value in a scene.
    ///
    /// # Errors
    /// If there is no such column or timestep.
    pub fn value(&self, scene: &Scene) -> Result<f64, LessonError> {
        if let Some(number) = Continuous::named(&self.column) {
            return number.of(scene);
        }
        let schedule = schedule(scene, self.side)?;
        if !(1..=schedule.steps()).contains(&self.t) {
            let steps = schedule.steps();
            return Err(LessonError::Claim(format!("is about t = {}, outside 1 to {steps}", self.t)));
        }
        Ok(column(&self.column)?.of(&schedule.step(self.t)))
    }
}

impl Claim {
    /// What is not so, in words; `None` if the claim is true of the scene.
    ///
    /// # Errors
    /// If there is no such column or timestep, or the claim does not claim exactly one thing.
    pub fn untrue(&self, scene: &Scene) -> Result<Option<String>, LessonError> {
        let reading = Reading { column: self.column.clone(), side: self.side, t: self.t };
        let value = reading.value(scene)?;
        let things = [
            self.is.is_some(),
            self.above.is_some(),
            self.below.is_some(),
            self.above_of.is_some(),
            self.below_of.is_some(),
        ];
        if things.into_iter().filter(|thing| *thing).count() != 1 {
            return Err(LessonError::Claim("claims one of: is, above, below, above_of, below_of".to_owned()));
        }
        let least = match &self.above_of {
            Some(other) => Some(other.value(scene)?),
            None => self.above,
        };
        let most = match &self.below_of {
            Some(other) => Some(other.value(scene)?),
            None => self.below,
        };
        let differs =
            self.is.is_some_and(|is| !((value - is).abs() <= self.tolerance.unwrap_or(0.0) || value == is));
        let low = least.is_some_and(|least| value <= least || value.is_nan());
        let high = most.is_some_and(|most| value >= most || value.is_nan());
        let text = || format!("{} of {} at t = {} is {value}", self.column, self.side.letter(), self.t);
        Ok((differs || low || high).then(text))
    }
}

impl Crossing {
    /// The first timestep at which the value has been passed.
    ///
    /// # Errors
    /// If there is no such column, or the value is never passed.
    pub fn timestep(&self, scene: &Scene) -> Result<usize, LessonError> {
        let (schedule, column) = (schedule(scene, self.side)?, column(&self.column)?);
        let above = |t: usize| column.of(&schedule.step(t)) > self.crosses;
        let first = above(1);
        let found = (1..=schedule.steps()).find(|&t| above(t) != first);
        found.ok_or_else(|| LessonError::Claim(format!("says that {}, which never happens", self.text())))
    }

    /// What happens there, in words.
    pub fn text(&self) -> String {
        format!("{} of {} crosses {}", self.column, self.side.letter(), self.crosses)
    }
}
