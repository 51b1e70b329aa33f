# The words of the window, in English.
#
# A message is a whole sentence or a whole label; what varies in it is an argument. Symbols of mathematics (xₜ, ᾱ, σ)
# stand as they are in every language. Names of files, formats and methods (PNG, DDIM) are no words.

## Chapters

chapter-forward = Forward
    .about = A picture fades into noise: xₜ is a mix of x₀ and ε.
chapter-schedules = Schedules
    .about = How fast the picture fades: the same picture and noise under two schedules.
chapter-ledger = Noise ledger
    .about = Where the noise in xₜ comes from: inherited from earlier steps, or new in this one.
chapter-posterior = Posterior
    .about = What xₜ₋₁ was, for one who knows both xₜ and x₀.
chapter-reverse = Reverse
    .about = From noise to a picture: what a network takes for noise is taken away, step by step.
chapter-distributions = Distributions
    .about = In one and two dimensions everything about diffusion is known exactly.

## Formula

formula-pixel = pixel ({ $x }, { $y })
formula-hover = hover a picture for its numbers

## Figures

figure-facts = { $schedule } · t = { $t } of { $steps } · seed { $seed }

## Kinds of schedules

schedule-linear = Linear
schedule-scaled-linear = Scaled linear
schedule-cosine = Cosine
schedule-sigmoid = Sigmoid
schedule-logsnr = Linear log-SNR
schedule-constant = Constant
schedule-drawn = Drawn
schedule-trained = From a file

## Menus

menu-file = File
menu-edit = Edit
menu-view = View
menu-time = Time

## Commands

command-walk-instead-of-jump = Walk instead of jump
command-jump-instead-of-walk = Jump instead of walk
command-hide-the-other-schedule = Hide the other schedule
command-compare-with-the-other-schedule = Compare with the other schedule
command-open-image = Open image…
command-paste-image = Paste image
command-open-scene = Open scene…
command-save-scene = Save scene…
command-import-schedule-a = Import schedule A…
command-import-schedule-b = Import schedule B…
command-export-chapter-as-figure = Export chapter as figure…
command-export-film-as-gif = Export film as GIF…
command-export-film-as-apng = Export film as APNG…
command-export-curves-as-csv = Export curves as CSV…
command-export-curves-as-json = Export curves as JSON…
command-export-schedule-for-diffusers = Export schedule for diffusers…
command-undo = Undo
command-redo = Redo
command-new-seed = New seed
command-start-over = Start over
command-schedule-a-drives = Schedule A drives
command-schedule-b-drives = Schedule B drives
command-dark-or-light = Dark or light
command-inspector = Inspector
command-commands = Commands…
command-keys = Keys…
command-play-or-pause = Play or pause
command-play-backwards-or-pause = Play backwards or pause
command-one-step-on = One step on
command-one-step-back = One step back
command-ten-steps-on = Ten steps on
command-ten-steps-back = Ten steps back
command-to-t-1 = To t = 1
command-to-t-t = To t = T
command-quit = Quit
command-open-model = Open model…
command-export-run-as-gif = Export run as GIF…
command-export-run-as-apng = Export run as APNG…
command-export-runs-states = Export run's states…
command-denoise-pause-or-play-the-run = Denoise, pause, or play the run
command-denoise-anew = Denoise anew
command-one-network-call = One network call
command-denoise-other-noise = Denoise other noise
command-stop-denoising-or-training = Stop denoising or training
command-train-on-this-picture = Train on this picture
command-train-on-the-data-of-the-plane = Train on the data of the plane
command-stop-sampling-or-training-in-the-plane = Stop sampling or training in the plane
command-sample-the-plane-anew = Sample the plane anew
command-plane-instead-of-line = Plane instead of line
command-line-instead-of-plane = Line instead of plane
