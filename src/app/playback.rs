//! Playing through time.

use crate::scene::Scene;

/// The state of the play buttons.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Playback {
    /// +1 towards noise, −1 towards the picture, `None` when paused.
    direction: Option<f64>,
    /// The fraction of a step that has elapsed since t moved last.
    remainder: f64,
}

impl Playback {
    /// Whether time plays in this direction (`true`: towards noise).
    pub fn is_playing(&self, onwards: bool) -> bool {
        self.direction == Some(if onwards { 1.0 } else { -1.0 })
    }

    /// Whether time plays in either direction.
    pub fn is_active(&self) -> bool {
        self.direction.is_some()
    }

    /// Plays in this direction (`true`: towards noise), or pauses if it plays. At the end of the way it starts again
    /// from the other end, whose timestep is then returned.
    pub fn toggle(&mut self, onwards: bool, scene: &Scene) -> Option<usize> {
        if self.is_active() {
            self.pause();
            return None;
        }
        self.direction = Some(if onwards { 1.0 } else { -1.0 });
        match (onwards, scene.t) {
            (true, t) if t == scene.steps() => Some(1),
            (false, 1) => Some(scene.steps()),
            _ => None,
        }
    }

    /// Stops at the present t.
    pub fn pause(&mut self) {
        *self = Self::default();
    }

    /// The timestep after `seconds` more; `None` when t does not change. Pauses at both ends.
    pub fn advance(&mut self, scene: &Scene, seconds: f64) -> Option<usize> {
        let direction = self.direction?;
        let moved = self.remainder + seconds * scene.speed;
        self.remainder = moved.fract();
        let target = scene.t as f64 + direction * moved.trunc();
        let t = target.clamp(1.0, scene.steps() as f64);
        if t != target || (direction > 0.0 && t == scene.steps() as f64) || (direction < 0.0 && t == 1.0) {
            self.pause();
        }
        (t as usize != scene.t).then_some(t as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_at_its_speed_and_stops_at_the_end() {
        let mut scene = Scene { t: 990, speed: 100.0, ..Scene::default() };
        let mut playback = Playback::default();
        assert_eq!(playback.toggle(true, &scene), None);
        assert_eq!(playback.advance(&scene, 0.025), Some(992));
        scene.t = 992;
        // Half a step was left over.
        assert_eq!(playback.advance(&scene, 0.025), Some(995));
        assert_eq!(playback.advance(&scene, 5.0), Some(1000));
        assert!(!playback.is_active());
        scene.t = 1000;
        assert_eq!(playback.toggle(true, &scene), Some(1));
        playback.pause();
        scene.t = 1;
        assert_eq!(playback.toggle(false, &scene), Some(1000));
    }
}
