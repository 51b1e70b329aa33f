//! The common pace of all processes, which the schedule gives.

use crate::diffusion::Schedule;
use crate::diffusion::process::Process;

/// The time at which a process has the same log-SNR as the schedule at timestep t.
pub fn process_time(process: &Process, schedule: &Schedule, t: usize) -> f64 {
    let alpha_bar = schedule.alpha_bar(t).clamp(1e-9, 1.0 - 1e-9);
    let log_snr = (alpha_bar / (1.0 - alpha_bar)).ln();
    process.time_of_log_snr(log_snr).clamp(process.cut_off(), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;

    #[test]
    fn the_schedule_paces_every_process() {
        let schedule = ScheduleSpec::default().build().unwrap();
        for process in Process::ALL {
            for t in [50, 300, 700] {
                let time = process_time(&process, &schedule, t);
                let found = process.level(time).log_snr();
                assert!((found - schedule.log_snr(t)).abs() < 1e-6, "{process:?} {t}");
            }
        }
    }
}
