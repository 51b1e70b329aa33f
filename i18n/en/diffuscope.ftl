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

## Chapter Reverse

# t is a timestep from 1 to T; T is noise. A run goes from T to the picture, one or two network calls a step. Its
# lanes start from the same noise; all but the first are rivals. x̂₀ is the predicted picture, ε̂ the predicted noise.

# The inspector: the network

reverse-model = Model
reverse-model-open = Open…
    .about = A folder in the format of diffusers (Ctrl M, or drop it)
reverse-model-opening = opening…
reverse-model-not-open = not open
# The number of parameters in millions, and channels × height × width of the samples.
reverse-model-size = { $millions } M parameters · { $shape }
reverse-model-schedule = trained with { $schedule }, T = { $steps }
reverse-model-other-schedule = The scene has another schedule
reverse-model-take-schedule = Take the model's schedule
    .about = A network knows the noise of its own schedule alone
reverse-class = Class
reverse-class-none = no class
reverse-guidance-scale = Guidance scale
    .about = Guidance scale: 1 is none; more is more like the class

# The inspector: the run

reverse-run = Run
reverse-predictor = Who predicts
reverse-predictor-network = U-Net
    .about = The network says what the noise is
reverse-predictor-oracle = Oracle
    .about = One who knows x₀: each step is drawn from q(xₜ₋₁ | xₜ, x₀)
reverse-predictor-ideal = Ideal
    .about = The best possible denoiser of a small data set: the exact mean of all its pictures given xₜ. It knows them by heart
reverse-predictor-own = Own
    .about = A network that was trained here, on the loaded picture alone
reverse-start = Start
reverse-start-noise = Pure noise
    .about = Begin at T with noise alone
reverse-start-picture = Picture at { $t }
    .about = Noise the picture to this t, and see how much comes back
reverse-denoise-from = Denoise from t = { $t }
    .about = Noise the picture to the timeline's t, and denoise
reverse-size = Size
reverse-size-model = Model's size
    .about = Channels and size of the model's samples
reverse-size-picture = 64 × 64
    .about = The picture's channels, 64 × 64: for all but the model
reverse-slow-motion = Slow motion
    .about = One part of each step after the other, for a lecture; space stops the time
reverse-timesteps = Timesteps
    .about = How they are spread over T: leading ones do not visit T itself
reverse-spacing = Timestep spacing
reverse-spacing-usual = usual
# Names of diffusers, which its documentation explains.
reverse-spacing-leading = leading
reverse-spacing-trailing = trailing
reverse-spacing-linspace = linspace
# n is the number of network calls.
reverse-exactly = Exactly to the next call
    .about = As published, a step of DDIM leads to t − T/n, wherever the next call is: to t = { $to }, where the network is then told t = { $next }
reverse-known = The ideal denoiser knows
reverse-known-gallery = the built-in pictures
reverse-known-folder = Folder…
    .about = A folder of pictures, at most 4096 of them
reverse-known-built-in = Built-in

# The inspector: lanes. The run's own lane is rival 0; these are names for screen readers. The unit of steps stands
# after their number.

reverse-lane-sampler = { $rival ->
    [0] Sampler
   *[other] Rival { $rival } Sampler
}
reverse-lane-steps = { $rival ->
    [0] Steps
   *[other] Rival { $rival } Steps
}
    .unit = { $steps ->
        [one] step
       *[other] steps
    }
reverse-lane-eta = { $rival ->
    [0] Eta
   *[other] Rival { $rival } Eta
}
    .about = Noise in each step: 0 is deterministic, 1 is like DDPM
reverse-lane-variance = { $rival ->
    [0] Variance
   *[other] Rival { $rival } Variance
}
    .small = Right for a point of data
    .large = Right for data of unit variance
reverse-race = Race
reverse-rival-predictor = Rival { $rival } predictor
reverse-rival-remove = Remove
    .name = Remove rival { $rival }
reverse-rival-add = Add a rival
    .about = Another way to denoise, beside this one, from the same noise

# Samplers; short is for the inspector's list, caption stands above the pictures of a lane.

reverse-sampler-ddpm = DDPM
reverse-sampler-ddim = DDIM
reverse-sampler-dpm-solverpp2m = DPM-Solver++ (2M)
    .short = DPM-Solver++
    .caption = DPM++ 2M
reverse-sampler-euler = Euler
reverse-sampler-euler-ancestral = Euler ancestral
    .short = Euler ancest.
reverse-sampler-heun = Heun

# The inspector: training on the picture

reverse-own = Own U-Net
reverse-train = Train on this picture
    .about = A small network learns this one picture, from random crops of it
reverse-training-stop = Stop training
reverse-iterations = Training iterations
    .about = Iterations
reverse-training = { $done } of { $total }
reverse-training-left = { $done } of { $total } · { $seconds } s left
reverse-trained = trained for { $shape }
reverse-not-trained = not trained yet
reverse-loss = log₁₀ of the loss; now { $loss }
    .name = plot: loss { $loss }

# The canvas: buttons

reverse-denoise = Denoise
    .about = Start from noise, and take away what the network sees (R)
reverse-pause = Pause
    .about = Wait before the next network call (space)
reverse-go-on = Go on
    .about = Make the remaining network calls (space)
reverse-one-call = One call
    .about = Make one network call and wait (.)
reverse-again = Again
    .about = The same run, with the same noise
reverse-other-noise = Other noise
    .about = A new seed, and denoise (shift N)
reverse-stop = Stop
    .about = Stop; what there is stays (X)

# The canvas: how far the run is

reverse-run-calls = call { $made } of { $total }
reverse-run-paused = paused
reverse-run-stopped = stopped
reverse-run-rate = { $calls } calls/s
# Memory that the kept pictures take.
reverse-run-kept = { $megabytes } MB kept
reverse-hint-opening = opening the network…
reverse-hint-noise = space denoises from pure noise
reverse-hint-picture = space denoises from the picture at t = { $t }

# The canvas: what the run on show was made with that the scene has otherwise by now, a few words each

reverse-shown = shown: { $settings }
reverse-shown-first = shown: { $setting } …
reverse-shown-other = shown: other settings
reverse-setting-data = other known pictures
reverse-setting-lanes = { $lanes ->
    [one] one lane
   *[other] { $lanes } lanes
}
reverse-setting-way = { $predictor }, { $sampler } in { $steps }
reverse-setting-levels = { $to ->
    [listed] { $spacing } timesteps, steps as listed
   *[published] { $spacing } timesteps, steps as published
}
# w is the guidance scale.
reverse-setting-class = class { $class }, w { $scale }
reverse-setting-schedule = { $schedule } schedule, T = { $steps }
reverse-setting-noise = from noise
reverse-setting-picture = from the picture at t = { $t }
reverse-setting-seed = seed { $seed }

# The canvas: pictures. Root mean square is rms.

reverse-detail-rms = rms { $rms }
reverse-detail-end = the end
reverse-detail-no-noise = no noise
reverse-detail-start = the start
reverse-film-frame = run at t = { $t }
reverse-film-end = end
    .name = run at t = end
reverse-lane-not-run = not yet run
reverse-lane-calls = { $made } of { $calls } calls
reverse-lane-distance = rms { $rms } from the longest run
reverse-lane-longest = the longest run

# The canvas: plots

reverse-plot-deviation = standard deviation of xₜ · thin: theory
reverse-plot-noise = rms of ε̂: 1 for noise
reverse-plot-noise-and-error = rms of ε̂ · thin: squared error
reverse-plot-change = change of x̂₀ in each step, rms

# The formula's footnote: ᾱ is the signal's share of the variance

reverse-step-levels = from ᾱ = { $from } to { $to }
reverse-step-beside = leads to t = { $to }, the next call is told t = { $next }
reverse-step-clipped = x̂₀ was clipped to [−1, 1] here

# Dialogs and notices

reverse-dialog-model = Open model
reverse-dialog-data = Pictures to know
reverse-notice-opening = The network is being opened; try again in a moment
reverse-notice-no-network = There is no network to denoise with; open one
reverse-notice-no-size = There is no size to train for: choose 64 × 64, or open a network
reverse-notice-no-run = There is no run to export yet: denoise first
reverse-notice-learned = The network has learned the picture: let it predict as Own
reverse-notice-remarks = { $model }: { $remarks }
