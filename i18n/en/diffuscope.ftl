# The words of the window, in English.
#
# A message is a whole sentence or a whole label; what varies in it is an argument. Symbols of mathematics (xₜ, ᾱ, σ)
# stand as they are in every language. Names of files, formats and methods (PNG, DDIM) are no words.

## Chapters

chapter-forward = Forward
    .short = Forward
    .about = A picture fades into noise: xₜ is a mix of x₀ and ε.
chapter-schedules = Schedules
    .short = Schedules
    .about = How fast the picture fades: the same picture and noise under two schedules.
chapter-ledger = Noise ledger
    .short = Ledger
    .about = Where the noise in xₜ comes from: inherited from earlier steps, or new in this one.
chapter-posterior = Posterior
    .short = Posterior
    .about = What xₜ₋₁ was, for one who knows both xₜ and x₀.
chapter-reverse = Reverse
    .short = Reverse
    .about = From noise to a picture: what a network takes for noise is taken away, step by step.
chapter-training = Training
    .short = Training
    .about = A network learns to see noise: its step of training, its loss, its errors and what it draws.
chapter-latent = Latent
    .short = Latent
    .about = A picture in the latent of an autoencoder, where latent diffusion draws, and what noise destroys there and in pixels.
chapter-text = Text
    .short = Text
    .about = Pictures of texts: where the pixels of a step look, word by word, and what guidance does.
chapter-distributions = Distributions
    .short = Densities
    .about = In one and two dimensions everything about diffusion is known exactly.
chapter-likelihood = Likelihood
    .short = Likelihood
    .about = Where every bit of −log p of your picture goes under a network, and what the loss adds up to in continuous time.

group-noise = Noise
group-network = Network
group-theory = Theory

## Formula

formula-pixel = pixel ({ $x }, { $y })
formula-hover = hover a picture for its numbers

## Figures

figure-facts = { $schedule } · t = { $t } of { $steps } · seed { $seed }

## Kinds of schedules

schedule-kind-linear = Linear
schedule-kind-scaled-linear = Scaled linear
schedule-kind-cosine = Cosine
schedule-kind-sigmoid = Sigmoid
schedule-kind-logsnr = Linear log-SNR
schedule-kind-constant = Constant
schedule-kind-drawn = Drawn
    .count = { $count } control points; drag them in chapter Schedules
schedule-kind-trained = As a table
    .count = { $count } betas from a file

## Menus

menu-file = File
menu-edit = Edit
menu-view = View
menu-time = Time
menu-help = Help
menu-lessons = Lessons

## Commands

command-walk-instead-of-jump = Walk instead of jump
command-jump-instead-of-walk = Jump instead of walk
command-hide-the-other-schedule = Hide the other schedule
command-compare-with-the-other-schedule = Compare with the other schedule
command-open-image = Open image…
command-paste-image = Paste image
command-open-scene = Open scene or lesson…
command-save-scene = Save scene…
command-import-schedule-a = Import schedule A…
command-import-schedule-b = Import schedule B…
command-export-chapter-as-figure = Export figure…
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
command-dark-theme = Dark theme
command-language = Language: { $name }
command-formula = Formula with its numbers
command-present = Present
    .about = Pictures, one formula and the timeline on the whole screen (P)
command-turn-on = On: the lesson’s next step, or a twentieth of T
command-turn-back = Back: the lesson’s last step, or a twentieth of T
command-explain = Explain
command-glossary = Glossary
command-record = Record a lesson
command-welcome = Invitation
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
command-open-autoencoder = Open an autoencoder…
command-export-run-as-gif = Export run as GIF…
command-export-run-as-apng = Export run as APNG…
command-export-runs-states = Export run's states…
command-denoise-pause-or-play-the-run = Denoise, pause, or play the run
command-denoise-anew = Denoise anew
command-one-network-call = One network call
command-denoise-other-noise = Denoise other noise
command-stop-denoising-or-training = Stop denoising or training
command-save-network = Save the network that was trained…
command-go-on-training = Go on with a saved training…
command-train-pause-or-go-on = Train, pause or go on
command-train-anew = Train anew
command-stop-training = Stop training
command-train-on-this-picture = Train on this picture
command-train-on-the-data-of-the-plane = Train on the data of the plane
command-stop-sampling-or-training-in-the-plane = Stop sampling or training in the plane
command-sample-the-plane-anew = Sample the plane anew
command-plane-instead-of-line = Plane instead of line
command-line-instead-of-plane = Line instead of plane

## Quantities

# Names are set in the midst of sentences, after the symbol.
quantity-x0 = clean picture
    .about = The picture before any noise, in [−1, 1].
quantity-eps = noise
    .about = All the noise in xₜ as one standard normal per pixel and channel.
quantity-xt = noised picture
    .about = The state of the forward process at step t: what is left of the picture plus the noise.
quantity-signal = signal
    .about = The part of xₜ that is still the picture: x₀ faded by √ᾱₜ.
quantity-inherited = inherited noise
    .about = The part of xₜ that is noise of the steps before t, faded by √αₜ in this step.
quantity-new = new noise
    .about = The part of xₜ that step t has just added.
quantity-residual = residual
    .about = xₜ minus the sum of its three parts: rounding in single precision, nothing else.
quantity-mu-tilde = posterior mean
    .about = The best guess of xₜ₋₁ for one who knows both xₜ and x₀.
quantity-sample = posterior sample
    .about = One draw from q(xₜ₋₁ | xₜ, x₀): the posterior mean plus noise of variance β̃ₜ.
quantity-beta = new-noise variance
    .about = Variance of the noise that step t adds.
quantity-alpha = kept share
    .about = Share of the variance that step t keeps: 1 − βₜ.
quantity-alpha-bar = signal variance
    .about = Share of the variance of xₜ that is still signal: the product of all α up to t.
quantity-sqrt-alpha-bar = signal factor
    .about = The factor on the picture in xₜ.
quantity-sqrt-one-minus-alpha-bar = noise factor
    .about = The factor on the noise in xₜ.
quantity-one-minus-alpha-bar = noise variance
    .about = Variance of all the noise in xₜ: inherited plus new.
quantity-snr = signal-to-noise ratio
    .about = Variance of the signal over variance of the noise: ᾱₜ / (1 − ᾱₜ).
quantity-log-snr = log signal-to-noise ratio
    .about = Natural logarithm of SNRₜ; 0 where signal and noise are equally strong.
quantity-lambda = new share of the noise
    .about = Share of the noise in xₜ that step t has just added: βₜ / (1 − ᾱₜ). Also the exact weight of x₀ in μ̃ₜ.
quantity-one-minus-lambda = inherited share of the noise
    .about = Share of the noise in xₜ that was there before step t.
quantity-beta-tilde = posterior variance
    .about = Variance of q(xₜ₋₁ | xₜ, x₀); always below βₜ.
quantity-w0 = raw weight of x₀
    .about = Factor on x₀ in μ̃ₜ = w₀ x₀ + wₜ xₜ. The two factors do not sum to 1.
quantity-wt = raw weight of xₜ
    .about = Factor on xₜ in μ̃ₜ = w₀ x₀ + wₜ xₜ. The two factors do not sum to 1.
quantity-w-sum = sum of the raw weights
    .about = (√αₜ + √ᾱₜ₋₁) / (1 + √αₜ √ᾱₜ₋₁): below 1 for every t > 1.
quantity-vlb-weight = variational loss weight
    .about = Factor on ‖ε − ε̂‖² in the variational bound with σₜ² = βₜ.
quantity-eps-hat = predicted noise
    .about = What the predictor takes for the noise in xₜ.
quantity-x0-hat = predicted picture
    .about = The clean picture that the predicted noise implies: what is left of xₜ without it, scaled up.
quantity-mu-theta = mean of the step
    .about = Where the step goes before it adds noise of its own.
quantity-x-prev = next state
    .about = The state after the step: its mean plus fresh noise, where the sampler adds some.
quantity-clean-mean = mean of the clean data
    .about = The mean of all data that xₜ may have come from: what an ideal network predicts.
quantity-score = score
    .about = The direction in which the density of noised data grows fastest.
quantity-class-score = score of the class
    .about = The score of the data of one class alone.
quantity-classifier-gradient = classifier's gradient
    .about = The direction in which a classifier of noised data grows more certain of the class.
quantity-z0 = latent
    .about = The code that an autoencoder’s encoder makes of a picture, with far fewer numbers; its channels are shown as colours.
quantity-zt = latent with noise
    .about = The latent after t steps of the forward process: the noise is added to the code, not to the pixels.
quantity-decoded = decoded picture
    .about = The picture that the autoencoder’s decoder makes of a latent.
quantity-attention = attention
    .about = How much of each pixel’s attention goes to a word, from 0 to 1; over all words, with begin, end and pads, it sums to 1.
quantity-loss = loss
    .about = The mean square error of what the network predicts, over pictures, noise and timesteps.
quantity-guided-score = guided score
    .about = The score with w times the classifier's gradient.
quantity-bound = bound
    .about = The variational bound on −log p(x₀): no fewer bits are surely enough to say which picture it is.
quantity-elbo-prior = encoder’s end
    .about = How far the last state still is from pure noise; the schedule alone decides it.
quantity-elbo-step = denoiser’s steps
    .about = How far the network’s step is from the exact posterior; these are most of the bits.
quantity-elbo-data = decoder’s levels
    .about = What it costs to say which of its 256 levels each value has once x₁ is known.
quantity-continuous-loss = loss in continuous time
    .about = What remains of the bound on −log p with infinitely many steps: ½ of the area under the ideal denoiser's error over SNR.
quantity-mmse = error of the ideal denoiser
    .about = The mean squared error of E[x₀ | xₜ], the smallest that any denoiser can have; it depends on the SNR alone.

## Pictures

picture = picture { $symbol } · { $name }
picture-of-lane = picture { $symbol } · { $name } · lane { $lane }
picture-save = Save this picture…
picture-copy = Copy this picture
picture-whole = Show whole picture

## Film strips

film-frame = schedule { $side } at t = { $t }

## Inspector

noise = Noise
noise-seed = Seed
noise-new = New
    .about = Another realisation of the noise (N)
noise-jump = Jump
    .about = One ε for every t: xₜ = √ᾱₜ x₀ + √(1−ᾱₜ) ε
noise-walk = Walk
    .about = A true Markov chain: each step keeps the old noise, faded, and adds its own
pictures = Pictures
show-as = Show as
show-as-clip = Clip
    .about = [−1, 1] to black … white; what lies outside is clipped
show-as-rescale = Rescale
    .about = Divided by the standard deviation, so that nothing saturates
show-as-signed = Signed
    .about = Below zero blue, above zero orange; the mean of the channels
pixels = Pixels
pixels-sharp = Sharp
    .about = Each pixel a square
pixels-smooth = Smooth
    .about = Interpolated when enlarged, averaged when reduced
picture-size = Picture size
picture-pixels = { $size } px
fit = Fit
fit-crop = Crop
    .about = The middle square of the picture
fit-whole = Fit
    .about = The whole picture, its longer side that long
section-scene = Scene
values-at-equal-snr = At equal SNR
values-at = At t = { $t }

## Top bar

## Classes of the data that come with the program

class-t-shirt = T-shirt
class-trousers = trousers
class-pullover = pullover
class-dress = dress
class-coat = coat
class-sandal = sandal
class-shirt = shirt
class-sneaker = sneaker
class-bag = bag
class-ankle-boot = ankle boot
class-animals = animals
class-food = food
class-faces = faces

commands = Search
    .about = Commands, terms, lessons and files (Ctrl K)
compare = compare with
    .about = Show schedule B beside A on the same noise (C)
menu-samples = Samples
# Pictures that come with the program; the short name stands beside the size.
sample-chelsea = Chelsea the cat
    .short = chelsea
sample-astronaut = Eileen Collins, astronaut
    .short = astronaut
sample-coffee = Cup of coffee
    .short = coffee
sample-camera = Cameraman (grey)
    .short = camera
sample-rocket = Launch of DSCOVR on Falcon 9
    .short = rocket
sample-coins = Greek coins from Pompeii (grey)
    .short = coins
sample-hubble = Hubble eXtreme Deep Field
    .short = hubble
menu-recent = Recent files
schedule-of-side = Schedule { $side }

## Status bar

job-cancel = Cancel
device-none = no device
device-processor = CPU · { $threads } threads · { $simd }
device-software = { $name } · { $backend } · software
status-ready = ready
status-frame = frame { $ms } ms
status-keys = ? keys

## Timeline

time-first = Go to t = 1
time-first-keys = Home
time-back = Step back
time-back-keys = ←, with shift ten
time-pause = Pause
time-play = Play
time-play-keys = space
time-play-backwards = Play backwards
time-play-backwards-keys = shift + space
time-on = Step on
time-on-keys = →, with shift ten
time-last = Go to t = T
time-last-keys = End
time-speed = speed
time-speed-unit = steps/s
time-of = of { $steps }
axis = Time axis
axis-timestep = Time axis: the timestep
axis-log-snr = Time axis: the logarithm of the signal-to-noise ratio
timestep = Timestep

## Plots

plot-at = plot: { $title }, t = { $t }

## Schedules in the inspector

schedule-of-kind = Schedule { $side } · { $kind }
schedule-zero-signal = Zero signal at T
    .about = Shift and stretch √ᾱ so that no signal is left at T (Lin et al. 2023)
schedule-draw = Draw from here
    .about = Turn this schedule into a curve with control points that you can drag in chapter Schedules
schedule-steps = Steps T
signal-left = √ᾱ at T is { $amplitude }, not near 0
    .about = { $percent } % of the picture's amplitude is left at T = { $steps } (√ᾱ_T = { $amplitude }), where a run starts from pure noise
signal-left-of-side = { $side }: √ᾱ at T is { $amplitude }, not near 0
schedule-scale = Scale β to T
    .about = Multiply the betas, which are made for T = 1000, by 1000/T (at most to 0.999)
schedule-scale-of-side = { $side }: Scale β to T
schedule-parameter-beta-start = β from
schedule-parameter-beta-end = β to
schedule-parameter-beta = β
schedule-parameter-s = offset s
schedule-parameter-logsnr-max = log SNR at 1
schedule-parameter-logsnr-min = log SNR at T

## Chapter Forward

forward-seed = seed { $seed }
forward-numbers-of = The numbers are those of schedule { $side }.
forward-shares = signal and noise: shares of the variance
forward-pixels-of-side = pixels of xₜ under { $side } against N(0, 1)
forward-pixels = pixels of xₜ against N(0, 1)
forward-histogram = histogram of xₜ
forward-histogram-of = histogram of xₜ: mean { $mean }, variance { $variance }
forward-distance = xₜ: distance from N(0, 1)
forward-mean = mean
    .about = Mean of all pixels and channels
forward-variance = variance
    .about = Variance of all pixels and channels
forward-kl = KL
    .about = Kullback–Leibler divergence in nats of the Gaussian with this mean and variance from N(0, 1)
forward-ks = KS
    .about = Kolmogorov–Smirnov: the largest distance between the pixels' distribution and that of N(0, 1)

## Kinds of noise

noise-kind-jump = jump
noise-kind-walk = walk

## Chapter Schedules

schedules-curve = { $symbol } { $name } — { $solid } solid, { $dashed } dashed
schedules-curve-logarithmic = { $symbol } { $name }, logarithmic — { $solid } solid, { $dashed } dashed
schedules-log-snr = log SNRₜ — 0 where picture and noise are equally strong
schedules-draw = log SNRₜ
    .hint = drag points; double-click adds one, right-click removes it
schedules-drawn = drawn schedule: control points of log SNR
schedules-snr = SNR { $snr }
schedules-signal-shows = ⚠ signal left at T: √ᾱ = { $amplitude } ({ $share } of the variance): the picture's brightness shows through
schedules-signal = signal left at T: √ᾱ = { $amplitude }, { $share } of the variance
schedules-options = Schedules
schedules-choice = Curve
schedules-log-axis = Logarithmic axis
    .about = Powers of ten on the vertical axis
schedules-all-kinds = All other kinds
    .about = Draw every other kind of schedule too, faintly, with its usual parameters
schedules-equal-t = Equal t
    .about = Both schedules at the same timestep
schedules-equal-snr = Equal SNR
    .about = The other schedule at its timestep of nearest signal-to-noise ratio
schedules-pictures-at = Pictures at

## Chapter Noise ledger

ledger-inherited = inherited noise
ledger-new = new noise
ledger-variance = variance { $share }
ledger-amplified = shown ×{ $factor }
ledger-residual = residual { $rms } rms
ledger-shares = shares of the noise: inherited 1−λₜ, new λₜ
    .short = shares of the noise
ledger-variances = variance of xₜ: signal + inherited + new = 1
    .short = variance of xₜ
ledger-past = variance that each past step still contributes
    .short = variance by past steps
ledger-bars = bars: share of every past step in the noise of xₜ
ledger-triangle = variances add, deviations do not
    .short = deviations do not add
    .asked = deviations as the sides of a triangle
ledger-step = step { $step } of { $steps }
ledger-few-steps = step { $step } of { $steps }: t = { $before } → { $t }
ledger-options = Noise ledger
ledger-amplify = Amplify the new noise
    .about = Show the new noise as strong as all the noise; the factor is written over the picture
ledger-steps = Steps looked at
ledger-all-steps = All
    .about = All steps of the schedule
ledger-fewer-steps = The same schedule with few steps: inherited and new become comparable
ledger-areas = Areas show
ledger-areas-variance = Variance
    .about = Signal, inherited and new: they sum to 1
ledger-areas-share = Share
    .about = Inherited and new as shares of the noise: 1 − λₜ and λₜ

## Channels, within a sentence

channel-grey = grey
channel-red = red
channel-green = green
channel-blue = blue

## Chapter Posterior

posterior-what-if-at = t = { $t } · what if
posterior-known = known
posterior-mean = mean
posterior-drawn = drawn, σ = { $sigma }
posterior-lever = lever: weight of the estimate from x₀
posterior-what-if = what if βₜ were { $beta }? the schedule's own is { $own }
posterior-drag = drag: what if this one step added more noise? more noise, more trust in x₀
posterior-weights = weights
posterior-variances = variances, logarithmic
posterior-pixel = xₜ₋₁ of pixel ({ $x }, { $y }), { $channel }
    .hint = click a picture to choose
posterior-from-x0 = from x₀
posterior-from-xt = from xₜ
posterior-product = product
posterior-gaussians = plot: the pixel's three Gaussians
# Numbers stand in columns of equal width: three spaces keep them apart.
posterior-numbers = mean { $mean }   σ { $deviation }
posterior-options = Posterior
posterior-beta = β of step
posterior-reset = Reset
    .about = The schedule's own β
posterior-red = Red
posterior-green = Green
posterior-blue = Blue
posterior-channel = Channel

## Writing a lesson

record-steps =
    { $steps ->
        [one] { $steps } step
       *[other] { $steps } steps
    }
record-title = Title
record-words = Words of this step
record-hint = Set the scene as it should be shown, write what is to be said, and take it as a step.
record-light = { $count ->
    [0] Light
   *[other] Light: { $count }
}
record-light-about = What the words are about stays lit; the rest is dimmed. With nothing chosen, nothing is dimmed.
record-light-all = Dim nothing
record-plots = Present
record-plots-about = What a presentation of this step shows.
record-plots-none = Pictures alone
record-plots-all = Pictures and plots
record-plots-these = These plots alone, large:
record-question = Question
    .asked = Question ✓
    .incomplete = Question …
record-question-about = Learners predict first, and then see what really happens.
record-question-none = None
record-question-choose = Choose
record-question-slide = Move t
record-question-ask = The question
record-question-answers = The answers, one a line
record-question-right = The right one
record-question-timestep = The right t
record-question-tolerance = How far off still counts as right
record-question-reveal = What is said when it has been answered
record-question-missing = A question needs its words, two to six answers if one is chosen, and what is said then.
record-take = Take as step
record-take-back = Remove last step
record-save = Save…
record-end = Stop
record-lost = Stop writing this lesson? What has not been saved is lost.
record-discard = Stop writing
record-go-on = Go on writing
record-untitled = Untitled lesson
dialog-save-lesson = Save lesson
files-lessons = Lessons

## Explanations

explain-see = You see
explain-try = Try
explain-notice = Notice

## Undo

undone = Undone: { $what }
    .none = There is nothing to undo.
redone = Done again: { $what }
    .none = There is nothing to redo.
part-chapter = chapter
part-image = picture
part-fit = size of the picture
part-schedule-a = schedule A
part-schedule-b = schedule B
part-compare = comparison
part-active = which schedule drives
part-t = timestep t
part-seed = seed
part-noise = kind of noise
part-show-as = how pictures are shown
part-zoom = sharp or smooth pixels
part-axis = axis of time
part-of-chapter = { $chapter }: { $parts }
# Options of chapter schedules, as undo names them.
part-schedules-curve = which curve
part-schedules-log-axis = logarithmic axis
part-schedules-pace = what is compared
part-schedules-all-kinds = all schedules in grey
# Options of chapter ledger, as undo names them.
part-ledger-amplify = amplification of the new noise
part-ledger-few-steps = number of steps
part-ledger-shares = shares of the noise
# Options of chapter posterior, as undo names them.
part-posterior-pixel = pixel
part-posterior-channel = channel
part-posterior-beta = β of this step
# Options of chapter reverse, as undo names them.
part-reverse-model = network
part-reverse-data = known pictures
part-reverse-class = class
part-reverse-guidance-scale = guidance scale
part-reverse-start = start
part-reverse-start-t = timestep of the start
part-reverse-size = size of the picture
part-reverse-lane-predictor = who predicts
part-reverse-lane-sampler = sampler
part-reverse-lane-steps = number of steps
part-reverse-spacing = timestep spacing
part-reverse-step-to = where a step leads
part-reverse-rivals = rivals
part-reverse-slow = slow motion
part-reverse-own-iterations = iterations of one’s own network
# Options of chapter distributions, as undo names them.
part-distributions-space = line or plane
part-distributions-line-shape = data on the line
part-distributions-line-x = point
part-distributions-line-from = where paths begin
part-distributions-line-paths = number of paths
part-distributions-line-merge = length of a step
part-distributions-line-aspect = what is shown of the line
part-distributions-line-start = distribution of the start
part-distributions-plane-subject = what is shown of the plane
part-distributions-plane-data = data in the plane
part-distributions-plane-process = process
part-distributions-plane-sampler = sampler
part-distributions-plane-particles = number of points
part-distributions-plane-density = density
part-distributions-plane-contours = contours
part-distributions-plane-vectors = arrows
part-distributions-plane-point = point
part-distributions-plane-learned = learned score
part-distributions-plane-racers = rivals
part-distributions-plane-class = class
part-distributions-plane-scale = guidance scale
part-distributions-plane-target = target of the network
part-distributions-plane-hidden = width of the network
part-distributions-plane-iterations = iterations
# Options of chapter training, as undo names them.
part-training-subject = what is shown
part-training-data = data
part-training-size = size of pictures
part-training-network = size of the network
part-training-target = target
part-training-loss = weights of the loss
part-training-gamma = learned schedule
part-training-rival = rival
part-training-learning-rate = learning rate
part-training-batch = batch size
part-training-iterations = iterations
part-training-ema = averaging of weights
part-training-class-dropout = class dropout
part-training-averaged = which weights
part-training-picture = held-out picture
part-training-slow = slow motion
# Options of chapter latent, as undo names them.
part-latent-part = what is shown
part-latent-autoencoder = autoencoder
part-latent-side = size of the picture
part-latent-equal = what is equal
part-latent-to = picture at the end of the way
# Options of chapter text, as undo names them.
part-text-part = what is shown
part-text-pipeline = pipeline
part-text-prompt = prompt
part-text-negative-prompt = negative prompt
part-text-other-prompt = other prompt
part-text-guidance-scale = scale of guidance
part-text-num-inference-steps = number of steps
part-text-noise-level = noise on the small picture
part-text-word = word that is looked at
part-text-layer = layer of attention
part-text-head = head of attention
# Options of chapter likelihood, as undo names them.
part-likelihood-part = part
part-likelihood-bound-aspect = what is shown of the bound
part-likelihood-bound-variance = variance of the reverse step
part-likelihood-bound-clip = clipping
part-likelihood-bound-times = number of timesteps
part-likelihood-bound-class = class
part-likelihood-bound-log = logarithmic axis
part-likelihood-bound-pixel = pixel
part-likelihood-bound-batch = which other pictures
part-likelihood-shape = data on the line
part-likelihood-log-snr = ends of the schedule
part-likelihood-schedule = schedule in front
part-likelihood-drawn = drawn schedule

## The first start

welcome = Everything here moves with t. Where do you want to begin?
welcome-lesson = Start the first lesson
welcome-picture = Open your own picture
welcome-denoise = Denoise
welcome-draw = Draw from words
welcome-nothing = Not now

## Lessons

lesson-progress = { $step } / { $steps }
lesson-next = Next
lesson-back = Back
lesson-end = End
lesson-next-lesson = Next lesson
lesson-restart = Restart
    .about = Go to the first step
lesson-leave = Leave
    .about = End the lesson, and go back to the scene from before it
lesson-right = Right.
lesson-wrong = No.
lesson-close = Close: your answer was t = { $t }.
lesson-far = Not quite: your answer was t = { $t }.
lesson-check = Answer: t = { $t }

## Notices, palette, keys

notice-close = Close
glossary-hint = Search the glossary
palette-hint = Search commands, terms, lessons, files
palette-keys = ↑ ↓ choose · Enter opens · Esc closes
notice-explain-rests = The lesson explains what is on show; explanations of the chapter are back when it ends.
search-nothing = Nothing is called that.
search-near = Nothing is called that. Near it:
search-term = Term
search-lesson = Lesson
search-sample = Sample picture
search-recent = Recent file
search-model = Model
term-see = See also:
term-show-me = Show me
keys = Keys
keys-mouse = Pictures: scroll zooms, drag moves, double-click shows the whole, right-click saves or copies. Plots: drag moves t.
keys-close = Close
keys-black-screen = Black screen, so that all look at you
drop-hint = Drop a picture, a scene, a model's folder or a scheduler_config.json
replace = Replace
replace-title = Replace { $name }?
replace-text = There is a file of that name in { $folder } already. What it holds will be lost.
replace-cancel = Cancel

## Notices

scene-not-kept = The scene is not kept for an unexpected end: { $reason }
job-cancelled = Cancelled
picture-stays = { $reason }; the previous picture stays
pictures-from-processor = { $reason }. Pictures now come from the processor.
window-title = { $picture } – diffuscope

## Files

dialog-open-image = Open picture, scene or lesson
dialog-open-scene = Open scene or lesson
dialog-import-schedule = Import schedule
dialog-save-scene = Save scene
dialog-save-picture = Save picture
dialog-export-figure = Export figure
dialog-export-film = Export film
dialog-export-table = Export
dialog-all-files = All files
files-opened = Pictures, scenes and lessons
files-scenes = Scenes
# A dialog of the system could not open; it says why.
dialog-typed-open = No file dialog can open: { $reason }. Type or paste the path of the file here, drop it on the window, or start: diffuscope PATH
    .do = Open
dialog-typed-folder = No file dialog can open: { $reason }. Type or paste the path of the folder here, or drop it on the window.
    .do = Choose
dialog-typed-save = No file dialog can open: { $reason }. Type where to save it; a file that is there is not replaced without asking. The command line saves too: see diffuscope --help
    .do = Save
dialog-typed-path = Path, from / or ~/ on
files-copied = { $count } files were copied; opening the first, { $name }
picture-copied = Picture copied
schedule-imported = Schedule { $side }: { $kind }, from { $path }
saved = Saved { $path }

## Errors

# In English these are what the command line says. Where an argument is called $cause, it is a whole English sentence,
# and a message of another language puts a few words of its own before it. $reason and $advice are English clauses.
error-file-not-found = { $path }: there is no such file; check the path
error-file-folder = { $path }: this is a folder; choose a file in it
# Reading a device, a pipe or a socket may never end.
error-file-special = { $path }: this is { $kind ->
    [pipe] a pipe
    [socket] a socket
   *[device] a device
 }, not a file; save its content as a file and give that
error-file-too-large = { $path }: too large (it has more than { $limit })
error-file-memory = { $path }: { $shortage }; close other programs or take a smaller file
error-file-not-text = { $path }: this is not UTF-8 text
error-file-unreadable = { $path }: cannot be read ({ $reason }); check the file's permissions and the disk
# Why the dialog did not open, as part of the sentences that begin with "No file dialog can open".
error-dialog-no-bus = there is no session bus, and so no xdg-desktop-portal, and there is no zenity; { $advice }
error-dialog-no-portal = xdg-desktop-portal has no file dialogs ({ $cause }), and there is no zenity; { $advice }
error-dialog-install-by = { $command }
error-dialog-install = install { $package }
error-dialog-not-shown = xdg-desktop-portal did not show it
error-dialog-zenity = zenity failed ({ $cause })
error-dialog-thread = nothing can wait for its answer ({ $cause })
error-dialog-ended = it ended without an answer
error-memory = { $needed } GB of memory are needed, { $available } GB are free
error-picture = { $cause }
error-picture-gone = { $name }: there is no such picture; choose another one
error-picture-empty = { $name }: the file is empty; copy or download it again
error-picture-format = { $name }: not a picture that can be read; open a PNG, JPEG, WebP, GIF, BMP or TIFF file
error-picture-unsupported = { $name }: this kind of { $format } cannot be read ({ $reason }); convert it to PNG or JPEG
error-picture-too-large = { $name }: too large ({ $what }); scale it down first
error-picture-no-pixels = { $name }: the picture has no pixels ({ $width } × { $height }); choose another one
error-picture-damaged = { $name }: the { $format } data is damaged or cut short ({ $reason }); copy or download it again
error-clipboard = clipboard: { $reason }; { $advice }
error-write = { $name }: could not be written ({ $reason }); { $advice }
error-write-stopped = { $name }: stopped before the end, nothing was written; start again to have the file
# The schedule's β's come from a table; $side is A or B.
error-fixed-steps = T is fixed at { $steps } by the table of betas of schedule { $side }; choose another schedule to change it
error-out-of-range = { $field } must be { $range }, got { $value }
error-scene-invalid = { $path } is not a diffuscope scene: { $reason }
error-scene-newer = { $path } was saved by a newer diffuscope (scene version { $version }, this program reads { $reads })
error-scene-impossible = { $path }: { $reason }
error-network = { $cause }
error-network-unreadable = { $name }: { $reason }; { $advice }
error-network-pickle = { $name }: a pickle can run any code when it is opened, so it is not; { $advice }
error-network-damaged = { $name }: the weights are damaged or cut short ({ $reason }); copy or download the file again
error-network-memory = { $shortage }; take a smaller network or picture, or close other programs
error-network-too-large = the network makes pictures of { $width }×{ $height }, the window shows up to { $most }×{ $most }; the command diffuscope sample makes them
error-no-picture = there is no picture to know; open one
error-not-trained = no network has been trained on this picture yet; press Train on this picture
error-nothing-trained = nothing has been trained yet; begin a training
error-channels = the network takes { $expected } channels, the run has { $found }
error-threads = the worker's threads cannot be started: { $cause }
error-worker-panic = the worker stopped by an internal error and was started again ({ $cause })
error-data = { $cause }
error-lesson = The lesson cannot be played: { $cause }
error-lesson-file = { $path } is not a lesson: { $cause }
error-schedule = { $cause }
error-scheduler = { $cause }
error-sampler = { $cause }
error-likelihood = { $cause }
error-likelihood-no-signal = No signal is left at t = { $t }, so that ε̂ says nothing of x̂₀ there and the bound is infinite. Choose a network in Reverse that predicts v or x₀, or one whose schedule keeps some signal.
error-likelihood-no-variance = The network gives no variance: choose β̃ₜ or βₜ.
error-analysis-channels = The network has { $channels } channels, which no picture has. Choose another network.
error-analysis-enlarges = { $name } enlarges pictures, and draws none by itself. Choose the pipeline that draws small ones.
error-analysis-one-stage = { $name } draws in one stage. Choose a pipeline with a folder super_resolution, which enlarges.
error-analysis-not-finite = What the network gives is not a number everywhere: its weights are damaged. Copy or download them again.
error-analysis-sample = No picture called { $name } comes with the program.
error-training = { $cause }
error-graphics = { $cause }
error-graphics-memory = the graphics device is out of memory: { $cause }; use a smaller picture or close other programs
error-graphics-lost = the graphics device was lost: { $cause }; restart the program, or use the CPU

## Work in the background

# A mistake in the program; the work is what the title says.
job-broken = { $title }: { $reason }
job-preparing = preparing the picture
job-opening = opening the picture
job-pasting = pasting
job-film = exporting the film
job-figure = exporting the figure

## After an unexpected end

recovery-found = The last run ended unexpectedly; its scene is here
recovery-take = Take it back
recovery-dismiss = Dismiss

## Settings

settings-unwritable = Settings and the scene cannot be remembered: { $reason }
settings-damaged = { $path } is damaged
settings-damaged-so = { $path } is damaged ({ $reason })
settings-anew = Settings start anew: { $reason }; the old file is kept as { $old }
settings-anew-lost = Settings start anew: { $reason }; the old file could not be kept ({ $error })
settings-set-back = Settings that cannot be used were set back: { $names }; the old file is kept as { $old }
settings-set-back-lost = Settings that cannot be used were set back: { $names }; the old file could not be kept ({ $error })

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
reverse-model-take-schedule = Take its schedule and sampler
    .about = A network knows the noise of its own schedule alone. The sampler that its folder names is { $sampler }
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
    .about = One who knows x₀: each step is drawn from the exact posterior, given xₜ and x₀
reverse-predictor-ideal = Ideal
    .about = The best possible denoiser of a small data set: the exact mean of all its pictures given xₜ. It knows them by heart
reverse-predictor-own = Own
    .about = A network that was trained here, on the loaded picture alone
reverse-start = Start
reverse-start-noise = Pure noise
    .about = Begin at T with noise alone
reverse-start-t = Start
reverse-from-noise = from noise
reverse-from-picture = from the picture at t = { $t }
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
reverse-spacing = Timestep spacing
reverse-spacing-usual = usual: { $spacing }
# What the network predicts (ε, x₀ or v), and the range to which x̂₀ is clipped.
reverse-prediction = Prediction
reverse-clipping = Clipping of x̂₀
reverse-clipping-none = none
reverse-clipping-dynamic = dynamic, { $percent } %, at most { $most }
# Names of diffusers, which its documentation explains.
reverse-spacing-leading = leading
reverse-spacing-trailing = trailing
reverse-spacing-linspace = linspace
# n is the number of network calls.
reverse-exactly = Exactly to the next call
    .about = As published, a step of { $sampler } leads to t − T/n, wherever the next call is: to t = { $to }, where the network is then told t = { $next }
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
reverse-sampler-pndm = PNDM

# The inspector: training on the picture

reverse-own = Own U-Net
reverse-train = Train on this picture
    .about = A small network learns this one picture, from random crops of it; chapter Training shows how
reverse-training-stop = Stop training
    .about = Stop; what has been learned stays. Chapter Training shows how it learns, and pauses it
reverse-iterations = Training iterations
    .about = Iterations
reverse-training = { $done } of { $total }
reverse-training-left = { $done } of { $total } · { $seconds } s left
reverse-trained = trained for { $shape }
reverse-not-trained = not trained yet

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
# Who made the run: what is unusual about its sampler, a few words each.
reverse-made-prediction = predicts { $target }
reverse-made-clipping = clipping of x̂₀: { $clipping }
reverse-made-timesteps = { $spacing } timesteps
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
reverse-film-estimate = predicted picture of the call at t = { $t }
reverse-film-end = end
    .name = run at t = end
reverse-lane-of-steps = { $steps ->
    [one] { $steps } step
   *[other] { $steps } steps
}
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
reverse-notice-taken = Taken from { $model }: { $schedule } schedule, T = { $steps }, and the sampler { $sampler }
reverse-notice-remarks = { $model }: { $remarks }
reverse-dialog-run = Export run
reverse-dialog-trajectory = Export trajectory
# Stands in the status bar while a run is written.
reverse-job-run = exporting the run

## Chapter Training

# A training makes iterations, each with a batch of pictures, timesteps and noise. ε, x₀ and v are what a network can
# predict; x̂₀ is the predicted picture, ε̂ the predicted noise. Held-out pictures are not learned.

# The inspector: what is shown

training-show = Show
training-live = Learning
    .about = How the network learns: what it draws, its loss, and its errors over t
training-step = One step
    .about = One step of training: a picture, noise, what the network sees, and how far off it is
training-weights-of = Weights that draw
training-averaged = Averaged
    .about = Samples of the moving average of the weights, which is what is saved
training-raw = As they are
    .about = Samples of the weights as the last iteration left them
training-picture = Picture
    .about = Number of the picture whose step is looked at
training-slow = Slow motion
    .about = One part of the step after the other, for a lecture

# The inspector: trainings that were left before

training-kept = Kept trainings
# What was learned, in what way, and how many iterations were made.
training-kept-run = { $data } · { $what } · { $done } of { $total }
training-take-up = Go on
    .about = Go on exactly where it ended
training-discard = Discard
    .about = Remove what was kept of it; it can be brought back until the program starts again
training-bring-back = Bring back
    .about = Bring back what was discarded: { $run }

# The inspector: data and network. Sizes are heights and widths in pixels.

training-data = Data
training-data-digits = Digits
training-data-fashion = Fashion
# Networks that come with the program.
model-fashion = Fashion
model-emoji = Emoji
model-emoji-latent = Emoji
# The parts of a network, as short as they can be: of its time embedding, its class embedding, its first convolution, …
training-block-time-embedding = time
training-block-class-embedding = class
training-block-conv-in = in
training-block-down-blocks = down { $number }
training-block-mid-block = mid
training-block-up-blocks = up { $number }
training-block-conv-out = out
training-data-emoji = Emoji
training-data-gallery = Photographs
training-data-picture = This picture
training-data-open = Open…
    .about = A folder of pictures or of a data set; sub-folders are classes
training-data-of = Data: { $data }
# Numbers of pictures and classes, and channels × height × width.
training-data-facts = { $learned } to learn, { $held } held out · { $classes ->
    [0] no classes
   *[other] { $classes } classes
} · { $shape }
training-size = Size
    .about = Height and width of the pictures that are learned
training-size-own = Own
    .about = The size that the data have
training-network = Network
training-network-mini = Mini
    .about = Two levels without attention, 0.4 M parameters: the fastest, for a first look
training-network-plain = Plain
    .about = Three levels without attention, 1.7 M parameters
training-network-tiny = Tiny
    .about = With attention, 1.1 M parameters, as the networks that come with the program
training-network-small = Small
    .about = With attention, 6.5 M parameters: slow, for large data

# The inspector: how it learns

training-learning = Learning
training-target = What the network predicts
    .noise = The noise ε, as in DDPM
    .data = The clean picture x₀
    .velocity = v, a mix of both that changes along the way
training-weighting = Weighting
training-loss-simple = Simple
    .about = All timesteps alike
training-loss-vlb = Variational
    .about = As in the variational bound: small t count most
training-loss-min-snr = min-SNR
    .about = By min(SNR, 5) on the clean picture
training-rival = Beside it, on the same data in the same order
training-rival-none = nothing
training-rival-target = predicts { $target }
training-rival-loss = { $loss } weighting
training-rival-schedule = schedule B: { $schedule }
training-predicts = predicts { $target }
training-schedule = Schedule A: { $schedule }, T = { $steps }
training-schedule-is-learned = Learned schedule
training-schedule-learned = The schedule is learned, from log SNR 13.3 to −5 on; T = { $steps }
training-gamma = Learn the noise schedule
    .about = Its ends follow the variational bound, and between them it comes to the least variance of the loss (Kingma et al. 2021). Likelihood shows it under Learned
training-iterations = Iterations
    .about = The learning rate falls to 0 over them
training-batch = Batch
    .about = Pictures in one iteration
training-learning-rate = Learning rate ×10⁻³
    .about = The largest learning rate; too large a one diverges
training-ema = EMA
    .about = Decay of the moving average of the weights
training-class-dropout = Class dropout
    .about = Share of pictures that are shown without their class, so that guidance is possible

# The canvas: buttons

training-begin = Train
    .about = Begin with these settings (space)
training-pause = Pause
    .about = Wait before the next iteration (space)
training-go-on = Go on
    .about = Make the remaining iterations (space)
training-stop = Stop
    .about = Stop; what has been learned stays (X)
training-more = More
    .about = As many iterations again, from what has been learned
training-save = Save…
    .about = A folder in the format of diffusers, which Reverse opens and from which the training can go on
training-denoise = Denoise
    .about = Draw with what has been learned, in Reverse

# The canvas: how far the training is

training-hint-begin = space begins
training-preparing = preparing…
training-iterations-made = { $done } of { $total }
training-paused = paused
training-done = done
training-stopped = stopped
# time is minutes and seconds, as in 2:05.
training-left = { $minutes ->
    [0] { $seconds } s left
   *[other] { $time } min left
}
# Iterations per second.
training-rate = { $rate } it/s
training-network-size = { $millions } M parameters · { $shape }

# The canvas: pictures

training-samples = Samples
training-at-iteration = iteration { $iteration }
training-held-out = a held-out picture at eight noise levels
training-held-out-of = a held-out picture ({ $class }) at eight noise levels
training-row-noised = held-out picture with noise
training-row-estimates = x̂₀ at eight noise levels
training-row-estimates-of = x̂₀ at eight noise levels, { $network }
training-film = film of samples, iteration { $iteration }
training-film-frame = samples after iteration { $iteration }
training-film-hint = what it draws from the same noise, again and again while it learns

# The canvas: plots

training-loss = loss
training-loss-now = loss { $loss }
training-loss-plot = plot: loss
training-surface = error of ε̂ by t
training-surface-of = error of ε̂ by t, { $network }
training-errors = mean error of ε̂
    .of = { $pictures ->
        [one] mean error of ε̂, one picture of each kind
       *[other] mean error of ε̂, { $pictures } pictures of each kind
    }
training-errors-plot = plot: mean error of ε̂
training-learned = learned
training-held-out-short = held out

# The canvas: one step

training-step-waiting = looking at a step…
training-step-own = the network that is learning here, after iteration { $iteration } · picture { $picture } · { $class }
training-step-of = the network { $name } · picture { $picture } · { $class }
training-step-shipped = nothing is learned here yet: the network { $name } that comes with the program · picture { $picture } · { $class }
training-step-error = MSE { $error }
training-step-guess = from xₜ alone
training-gradient = gradient of the loss: its norm in each block
training-weights = weight on ‖ε − ε̂‖² for the target { $target }, logarithmic · thick: { $loss }

# The formula's footnote: y is what the network is to predict

training-footnote = mean over pictures, noise and t
training-footnote-other = this network is asked for { $target }: the numbers are errors of that, the pictures of { $compared }

# Dialogs and notices

training-dialog-save = Folder for the network
training-dialog-data = Data to learn from
training-dialog-run = Folder of a saved training
training-notice-nothing = Nothing has been learned yet: begin a training
training-notice-learned = The training is complete: save the network, or let it draw in Reverse
training-notice-learned-picture = The network has learned the picture: let it predict in Reverse as Own
training-notice-saved = The network is saved: { $path }

## Chapter Latent

latent-opening = The autoencoder is opened and asked …
latent-no-latent = There is no latent to show. { $reason }
latent-footnote = z₀ = { $scale } · mean of the encoder
latent-between-footnote = x: pixels, z: latents, D: decoder
latent-part = What is shown
latent-part-noise = Noise
    .about = Noise in pixels beside noise in the latent, and what the decoder makes of it
latent-part-between = Between
    .about = The way from one picture to another, by the mean of pixels and by the mean of latents
latent-part-run = Run
    .about = The reverse process in the latent, each step decoded: what chapter Text draws, seen from inside
latent-equal = Equal noise
latent-equal-timestep = By t
    .about = Pixels and latent have the same t, and so the same ᾱ
latent-equal-snr = By SNR
    .about = The latent has the t at which its signal-to-noise ratio is that of the pixels, with the variances that both have
latent-to = Way to
latent-run-text = What is drawn
latent-run-of = “{ $text }”, as in chapter Text.
latent-run-waits = This pipeline takes a while for a picture: press Draw at the right.
latent-autoencoder = Autoencoder
latent-open = Open…
    .about = Open a Stable Diffusion folder, or its vae folder
latent-dialog-autoencoder = Open an autoencoder: a Stable Diffusion folder, or its vae folder
latent-side = Height and width
    .about = Height and width, in pixels, of the square that is encoded; large ones take longer
latent-facts = { $millions } million parameters · one place for { $factor }×{ $factor } pixels · { $channels } channels
latent-numbers = Latent
latent-fewer = times fewer numbers
latent-psnr = decoded picture, PSNR
latent-kl = KL, nats for each number
latent-deviation = deviation of a latent
latent-scaling-factor = scaling factor
latent-variance-pixels = variance of the pixels
latent-variance-latent = variance of the latent
latent-times = Encoder { $to } ms, decoder { $back } ms.
latent-channel = channel { $n } of zₜ
latent-channels = { $count } channels of zₜ
latent-error-up-to = up to { $error }/255
latent-snr = signal-to-noise ratio over t
    .name = Signal-to-noise ratio of pixels and of the latent over t
latent-snr-pixels = pixels
latent-snr-latent = latent
latent-cost = a call of the network Emoji: above in pixels, below in the latent
latent-cost-numbers = numbers
latent-cost-operations = 10⁹ operations
latent-cost-time = time
latent-between-pixels = pixels
latent-between-latents = latents, decoded
latent-between-under-way = The way is computed: { $percent } %

## Chapter Distributions

# The line has one dimension, the plane two. SDE and ODE are the stochastic and the ordinary differential equation of
# the process; q(xₜ) is the density of noised data at timestep t, KL the Kullback–Leibler divergence.

# The row above the canvas

distributions-space = Space
distributions-line = Line
    .about = One dimension: everything from exact integrals
distributions-plane = Plane
    .about = Two dimensions: clouds, samplers, guidance, a network that learns
distributions-subject = Subject
distributions-subject-particles = Particles
    .about = The same cloud forward into noise and back out of it by a sampler
distributions-subject-race = Race
    .about = Samplers from the same start noise: quality against network calls
distributions-subject-guidance = Guidance
    .about = The score, the classifier's gradient, and their sum at one point
distributions-subject-learning = Learning
    .about = A small network learns the score here and now; where it is wrong
distributions-subject-likelihood = Likelihood
    .about = ln p(x) by the change of variables along the ODE, beside the exact value
distributions-sampling = sampling
distributions-measuring = measuring
distributions-integrating = integrating
distributions-comparing = comparing
distributions-stop = Stop
distributions-stopped = stopped
distributions-again = Again

# The inspector: the line

distributions-data = Data
line-shape-mixture = Mixture
    .about = Gaussians: drag tops and sides
line-shape-uniform = Uniform
    .about = Uniform pieces: drag corners
line-shape-spikes = Spikes
    .about = Points that have mass: drag tips
line-shape-drawn = Drawn
    .about = Draw the density with the pointer
distributions-shape-drawing = draw at the left
distributions-shape-dragging = double-click adds, right-click removes
distributions-bump-mean = Bump { $number } mean
distributions-bump-deviation = Bump { $number } deviation
distributions-bump-weight = Bump { $number } weight
distributions-block-start = Block { $number } start
distributions-block-end = Block { $number } end
distributions-block-height = Block { $number } height
distributions-spike-place = Spike { $number } place
distributions-spike-weight = Spike { $number } weight
distributions-state-and-paths = State and paths
distributions-state-hint = Click the map, or drag here
distributions-draw-state = Draw from q(xₜ)
    .about = Ancestral sampling: a point of the data, then noise
distributions-paths = Paths
    .about = Paths of the forward and of the reverse SDE; of the ODE there is one
distributions-kernel = Reverse kernel
distributions-merged = Steps merged
    .about = The kernel leads so many steps back at once
distributions-third-plot = Third plot
distributions-merging = Merging
    .about = Is the reverse kernel Gaussian? Its divergence as steps are merged
distributions-scaling = Scaling
    .about = Why not just normalise? Standardised data beside xₜ at t = T
distributions-forgetting = Forgetting
    .about = Any start distribution pushed through the reverse kernels
distributions-pushed-start = Pushed start
distributions-start-narrow = At xₜ
    .about = A narrow Gaussian at the clicked place
distributions-start-uniform = Uniform
    .about = Uniform over all that is on show
distributions-start-data = Data
    .about = The data themselves

# The inspector: the plane

distributions-data-of-plane = Data of the plane
distributions-data-eight-gaussians = Eight Gaussians
distributions-data-moons = Moons
distributions-data-swiss-roll = Swiss roll
distributions-data-checkerboard = Checkerboard
distributions-data-pinwheel = Pinwheel
distributions-data-spiral = Spiral
distributions-data-rings = Rings
distributions-data-painted = Painted by hand
distributions-data-picture = The picture
distributions-painted = { $points ->
    [one] { $points } point; drag in the left square
   *[other] { $points } points; drag in the left square
}
distributions-clear = Clear
distributions-process = Process
# The attribute inline stands within a line of small letters.
distributions-process-vp = VP
    .about = Variance preserving: DDPM in continuous time
    .inline = vp
distributions-process-ve = VE
    .about = Variance exploding: NCSN in continuous time
    .inline = ve
distributions-process-subvp = sub-VP
    .about = The drift of VP, and less noise
    .inline = subvp
distributions-sampler = Sampler
distributions-particles = Particles
distributions-particles-auto = Auto
    .about = 100,000 where a graphics card draws them, else 20,000
distributions-particles-2k = 2k
    .about = 2,000 particles
distributions-particles-20k = 20k
    .about = 20,000 particles
distributions-particles-100k = 100k
    .about = 100,000 particles

# The inspector: samplers. Racers are counted from 1; racer 0 is the sampler of the particles. The unit of calls
# stands after their number.

distributions-racer-sampler = { $racer ->
    [0] Sampler
   *[other] Racer { $racer } Sampler
}
distributions-racer-calls = { $racer ->
    [0] Calls
   *[other] Racer { $racer } Calls
}
    .unit = { $calls ->
        [one] call
       *[other] calls
    }
distributions-racer-eta = { $racer ->
    [0] η
   *[other] Racer { $racer } η
}
    .about = Noise in each step: 0 is the ODE, 1 is DDPM
distributions-racer-ratio = { $racer ->
    [0] r
   *[other] Racer { $racer } r
}
    .about = Signal-to-noise ratio of the corrector
distributions-racer-step = { $racer ->
    [0] ε/σ_L²
   *[other] Racer { $racer } ε/σ_L²
}
    .about = Length of a step relative to the noise
distributions-racer-digits = { $racer ->
    [0] digits
   *[other] Racer { $racer } digits
}
    .about = The error of a step may be 10 to the minus this
distributions-race = Race
distributions-racer = Racer { $racer }
distributions-racer-remove = Remove
    .name = Remove racer { $racer }
distributions-racer-add = Add a racer
    .about = Another sampler, from the same start noise
distributions-solver-ddpm = DDPM
distributions-solver-ddim = DDIM
distributions-solver-reverse-sde = Reverse SDE
distributions-solver-predictor-corrector = Predictor–corr.
distributions-solver-langevin = Langevin
distributions-solver-ode-euler = ODE, Euler
distributions-solver-ode-heun = ODE, Heun
distributions-solver-ode-rk45 = ODE, RK45
distributions-solver-dpmpp = DPM-Solver++

# The inspector: guidance, score, what is shown

distributions-guidance = Guidance
distributions-one-class = These data have one class alone
distributions-class = Class
    .about = The class that is guided to
distributions-guidance-scale = Guidance scale
    .about = 0 is unconditional, 1 the class itself, more exaggerates
distributions-score = Score
distributions-score-exact = Exact
    .about = The closed form of the data
distributions-score-learned = Learned
    .about = The network, once it has learned from these data under this process
distributions-train = Train a network
    .about = It learns these data here and now
distributions-training-stop = Stop training
distributions-training = { $done } of { $total } iterations
distributions-learned = learned in { $iterations } iterations
distributions-no-network = no network for these data yet
distributions-target = Target
    .noise = The network predicts the noise
    .data = The network predicts the clean data
    .velocity = The network predicts √ᾱ ε − √(1−ᾱ) x₀
distributions-hidden = Hidden width
    .about = Of each of three hidden layers
distributions-iterations = Iterations
    .about = Of 512 points each
distributions-show = Show
distributions-density = Density
    .about = Brightness of q(xₜ)
distributions-contours = Contours
    .about = Lines of equal density
distributions-vectors = Score drawn as
distributions-vectors-arrows = Arrows
    .about = The score as arrows; long ones are shortened
distributions-vectors-lines = Lines
    .about = Lines along the score
distributions-vectors-none = No score
    .about = Neither
distributions-state = State
    .about = Click a square, or drag here; in units of unit variance

# The canvas: the line. Names of plots are for screen readers.

distributions-data-plot = data q(x₀)
    .hint = drag
    .name = data: drag to change the density
distributions-marginals-plot = q(xₜ) over t
    .hint = click a state, drag it
    .name = plot: q(xₜ) over t and x, t = { $t }, xₜ = { $x }
distributions-forward-sde = forward SDE
distributions-reverse-sde = reverse SDE
distributions-ode = ODE
distributions-pushed = pushed
distributions-slice-plot = plot: q(xₜ) at t = { $t }
distributions-kernel-plot = reverse kernel
    .name = plot: reverse kernel from t = { $t } to { $end }, KL { $kl }
distributions-exact = exact
distributions-gaussian = Gaussian
# A Gaussian with the schedule's own variance.
distributions-with-beta = with βₜ
distributions-kl = KL { $kl }
distributions-clean-plot = plot: p(x₀ | xₜ), mean { $mean }
distributions-mean-and-deviation = mean ± σ
distributions-data-legend = data
distributions-merging-plot = KL over merged steps
    .name = plot: divergence over merged steps, { $merged } merged
distributions-scaling-plot = both of mean 0, variance 1
    .name = plot: standardised data beside xₜ at t = T, total variation to N(0, 1) { $scaled } and { $noised }
distributions-scaled = scaled
# TV is the total variation.
distributions-total-variation = TV to N(0, 1) { $distance }
distributions-forgetting-plot = total variation to q(xₜ)
    .name = plot: total variation of a pushed start, { $distance } at the end
distributions-pushed-start-legend = pushed start

# The canvas: the plane

# The accessible name of a square.
distributions-square = square: { $title }
distributions-no-data = no data yet
    .name = square: paint the data here
distributions-paint-hint = paint points here
distributions-no-ink = the picture has no ink
distributions-forward = forward by { $noise }, t = { $t }
    .name = square: forward particles, t = { $t }
distributions-backward = backward, { $solver } · call { $call } of { $total }
    .name = square: backward particles, call { $call }
distributions-path-legend = a path
distributions-racer-call = { $solver } · call { $call } of { $total }
distributions-quality-plot = energy distance to the data over network calls
    .name = plot: energy distance over network calls
distributions-fresh-data = fresh data
distributions-classifier = classifier
    .name = square: classifier guidance
distributions-classifier-free = classifier-free
    .name = square: classifier-free guidance
distributions-score-legend = score
distributions-class-legend = class
distributions-gradient-legend = gradient
distributions-sum-legend = sum
distributions-guided = DDIM to class { $class }
    .name = square: guided samples
distributions-coverage = samples by class
distributions-coverage-spread = samples by class · spread { $spread }
distributions-class-share = class { $class }: { $share }
distributions-error = error of ε̂ at t = { $t }: rms { $rms }
distributions-density-legend = density
distributions-train-here = Train a network on these data
distributions-loss = { $data ->
    [other] loss over iterations, of other data
   *[own] loss over iterations
}
    .name = plot: loss, iteration { $iteration }
distributions-loss-now = { $data ->
    [other] loss over iterations, of other data; now { $loss }
   *[own] loss over iterations; now { $loss }
}
distributions-squared-error = mean squared error
distributions-error-plot = error of ε̂ over log-SNR
    .name = plot: error over log-SNR
distributions-error-legend = rms over q(xₜ)
distributions-likelihood-square = density of the data
    .hint = click a point
    .name = square: point whose likelihood is asked
distributions-code-legend = its code, xₜ at t = T
distributions-likelihood = ln p(x) of the clicked point, in nats
distributions-likelihood-prior = ln p(xₜ) of its code, t = T
distributions-likelihood-integral = + ∫ ∇ · v dt along the ODE
distributions-likelihood-sum = = ln p(x) by the ODE
distributions-likelihood-exact = ln p(x), exact
distributions-agreement-plot = by the ODE over exact · { $calls } calls
    .name = plot: likelihood by the ODE over the exact one
distributions-clicked-legend = clicked

# The formula's footnote, and notices

distributions-at-state = at xₜ = { $x }, t = { $t }
distributions-at-point = at ({ $x }, { $y }) · { $process } at time { $time }
distributions-notice-no-data = There are no data to learn from; paint some points

## Chapter Likelihood

# The loss of variational diffusion models in continuous time. SNR is the signal-to-noise ratio, mmse the error of the
# ideal denoiser; L∞ is the loss, in nats. Schedules have numbers from 1 to 4.

likelihood-part = Shown
likelihood-part-bound = Bound
    .about = Where every bit of −log p goes: the variational bound of a network for the loaded picture
likelihood-part-continuous = Continuous time
    .about = The loss as an integral over t, where everything is known exactly
likelihood-part-learned = Learned
    .about = The noise schedule that a training learns beside its network, while it learns
likelihood-learned-training = Training
likelihood-learned-begin = Learn a schedule
    .about = Begins a training that learns its noise schedule too: that of the chapter Training if it does, or else small digits
likelihood-learned-use = Use as schedule A
    .about = Takes the schedule as it has been learned, in T steps, for every chapter
likelihood-learned-hint = A training can learn its noise schedule beside the network. Begin one to see the schedule move.
likelihood-learned-other = The training here learns no schedule. Another one takes its place when it begins.
likelihood-learned-variances = Variance of the loss
likelihood-learned-numbers = What is learned
likelihood-learned-loss = Loss, in nats per dimension
likelihood-learned-way = Learned
likelihood-learned-least = Least that is possible
likelihood-learned-scene = The schedules of the scene. A training can learn one of its own beside its network: press Learn a schedule, or switch Learn the noise schedule on in Training.
likelihood-learned-scene-log-snr = log SNR over t: { $names }
likelihood-learned-log-snr = log SNR over t: { $names }
likelihood-learned-integrand = Loss over t: the flatter, the less it scatters
likelihood-learned-variance = Variance of the loss of one draw, as of the last hundred iterations
    .name = plot: variance of the loss over iterations, for the learned and two other schedules
likelihood-learned-axis-iteration = iteration
likelihood-learned-footnote = log SNR { $max } … { $min }
likelihood-learned-notice-none = No schedule has been learned yet. Begin a training that learns one.
likelihood-learned-notice-used = The learned schedule is schedule A now.
likelihood-data = Data
likelihood-ends = Ends
likelihood-end-max = log SNR at t = 0
    .about = Where all schedules begin, with hardly any noise. Dragging it changes the loss.
likelihood-end-min = log SNR at t = T
    .about = Where all schedules end, in noise. Dragging it changes the loss.
likelihood-schedule = Schedule in front
likelihood-schedule-linear-log-snr = Linear log SNR
    .about = log SNR falls evenly from end to end.
likelihood-schedule-cosine = Cosine
    .about = The signal's amplitude is a cosine of t.
likelihood-schedule-linear-beta = Linear β
    .about = β rises evenly, as in DDPM.
likelihood-schedule-drawn = Yours
    .about = A curve that you draw.
likelihood-drawing = Drag the points of the curve; a double click adds one, or takes one away.
likelihood-point-t = t/T of point { $number }
likelihood-point-log-snr = log SNR of point { $number }
likelihood-numbers = Along this schedule
likelihood-areas = The area in nats, along each schedule
likelihood-apart = Largest difference
likelihood-exact = L∞ over SNR
likelihood-variance-iid = Variance, independent t
likelihood-variance-spread = Variance, spread t
likelihood-footnote = in nats, from log SNR = { $max } to { $min }; { $bits } bits
likelihood-log-snr = log SNR over t: same ends, other ways
    .hint = drag the ends
    .name = plot: log SNR over t
likelihood-integrand = −½ SNR′ · mmse over t
    .name = plot: integrand over t, area { $area }
likelihood-integrand-area = −½ SNR′ · mmse over t: area { $area }
likelihood-area = ½ SNR · mmse over log SNR
    .name = plot: integrand over log SNR, area { $area }
likelihood-area-is = ½ SNR · mmse over log SNR: area { $area }
likelihood-steps = Loss of T steps
    .name = plot: loss of T steps, { $loss } for T = { $steps }
    .hint = With T = { $steps } steps the loss is { $loss }; the dashed line is the limit.
likelihood-estimates = Estimates from 64 times each
    .name = plot: estimates, standard deviation { $iid } with independent and { $spread } with spread times
likelihood-iid = independent: σ = { $exact }, found { $measured }
likelihood-spread = spread: σ = { $exact }, found { $measured }

# The bound of a network on −log p of the picture: its three parts are L_T, the encoder's end; the sum of all Lₜ₋₁, the
# denoiser's steps; and L₀, the decoder's levels. Numbers are bits/dim.

likelihood-aspect = Drawn
likelihood-aspect-terms = Terms
    .about = The three parts of the bound, and its terms over t
likelihood-aspect-rate = Rate
    .about = How far the prediction is from the picture once so many bits are known, and the levels of a pixel
likelihood-aspect-batch = Others
    .about = The bounds of other pictures beside that of yours
likelihood-bits = Bits per dimension
likelihood-narrow-decoder = L₀ has the variance of the second step, { $decoder }. The noise of x₁ has { $noise }: L₀ counts errors of x̂₀ too much here. Compare it with the ODE.
likelihood-bar-decoder = decoder
likelihood-bar-denoiser = denoiser
likelihood-bar-encoder = encoder
likelihood-part-prior = Encoder, L_T
likelihood-part-denoiser = Denoiser, Σ Lₜ₋₁
likelihood-part-decoder = Decoder, L₀
likelihood-total = Bound on −log p
likelihood-standard-error = Standard error
likelihood-exactly = all t asked
likelihood-raw = Without a model
likelihood-terms-known = from { $count } of { $steps } timesteps
likelihood-flow = Along the ODE
    .calls = { $paths ->
        [one] { $calls } network calls along one path
       *[other] { $calls } network calls along { $paths } paths
    }
likelihood-flow-ask = Along the ODE
    .about = Computes −log p of the picture along the probability-flow ODE as well, which takes some seconds
likelihood-flow-another = Another path
    .about = Follows the ODE once more, with other signs and another noise within the levels of 8 bits: from two paths on, the mean has a standard error
likelihood-flow-exactly = Exact divergence
    .about = The same with the divergence itself in place of an estimate: at every point of the path the network is asked once for each value of the picture. Only small pictures allow it
likelihood-flow-is-exact = The divergence is exact.
likelihood-flow-is-estimated = The divergence is Hutchinson’s estimate, with random signs.
likelihood-flow-stop = Stop, { $percent } %
    .about = Gives up the ODE
likelihood-network = Network
likelihood-network-of-reverse = { $model }, as chosen in Reverse
likelihood-picture = It takes pictures of { $shape }: yours is cropped, scaled and rounded to 8 bits for it.
likelihood-own-schedule = Its own schedule counts: { $schedule }, T = { $steps }.
likelihood-other-schedule = Its own schedule counts, not the scene’s: { $schedule }, T = { $steps }.
likelihood-class = Class that the network is told
likelihood-class-none = No class
likelihood-variance = Variance of the steps
likelihood-variance-own = Its own
    .about = As the network’s files say
likelihood-variance-fixed-small = β̃ₜ
    .about = The posterior’s variance: with it, a network without error costs nothing
likelihood-variance-fixed-large = βₜ
    .about = The larger variance, which costs something at every t, whatever the network says
likelihood-variance-learned = Learned
    .about = The variance that the network gives
likelihood-clip = Clip x̂₀
    .about = Keep the prediction within black and white, as samplers may do
likelihood-times = Timesteps
likelihood-times-all = All
    .about = Ask the network at every t: no error is left from the choice of t. The noise of each t is drawn once, from the scene’s seed
likelihood-times-few = A few
    .about = Estimate the bound from a few t, with a standard error
likelihood-times-count = How many
    .about = At how many timesteps the network is asked
likelihood-log = Powers of ten
    .about = Draw the terms on an axis of powers of ten, and not as an area
likelihood-opening = The network is opened and asked …
likelihood-no-bound = There is no bound to show. { $reason }
likelihood-x0 = the picture
likelihood-off-by = off by { $levels } of 255
map-most = max { $most }
likelihood-up-to = up to { $bits } bits
likelihood-chain =
    .name = plot: chain with its three parts, { $total } bits/dim
likelihood-encoder = encoder q: fixed, and every code is as large as the picture
likelihood-decoder = decoder p: learned
likelihood-sum = = { $bits } bits/dim
likelihood-beside = 8 without a model
likelihood-beside-flow = { $bits } along the ODE
likelihood-terms = Lₜ₋₁ per tenfold t: area { $sum }
    .name = plot: terms of the bound over t, sum { $sum }
likelihood-terms-log = Lₜ₋₁ over t: sum { $sum }
likelihood-weight = ωₜ over its mean
    .name = plot: weight of the bound over t, against 1
likelihood-weight-more = simple loss counts too little
likelihood-weight-less = too much
likelihood-rate = Distortion over rate
    .name = plot: distortion over rate
likelihood-rate-at = Distortion over rate: { $distortion } levels at { $rate } bits/dim
likelihood-axis-rate = rate
likelihood-estimate = Bound from { $count } of { $steps } t
    .name = plot: bound as it was estimated, { $total }
likelihood-axis-times = calls
likelihood-levels = L₀ of pixel { $x }, { $y }: { $bits } bits per value
    .hint = click a picture
    .name = plot: levels of pixel { $x }, { $y }
likelihood-axis-level = level
likelihood-decoded = { $rate } bits
    .name = picture at { $rate } bits/dim
likelihood-batch = Bits/dim of each picture: the others { $mean }
    .name = plot: bits per dimension of each picture, the others { $mean }
likelihood-batch-others = Beside yours
likelihood-batch-mean = Mean of the others
likelihood-batch-known = { $done } of { $count } pictures, yours among them
likelihood-batch-yours = yours { $bits }
likelihood-batch-begins = The network is asked about other pictures …
likelihood-axis-picture = picture
likelihood-bound-footnote = bits/dim; at t = { $t }: Lₜ₋₁ = { $bits }
likelihood-bound-footnote-first = bits/dim; at t = 1: L₀ = { $bits }
likelihood-bound-footnote-unknown = bits/dim
likelihood-notice-nothing-yet = No term of the bound is known yet.
likelihood-dialog-terms = Save the terms of the bound
likelihood-job-terms = terms of the bound
command-likelihood-by-the-ode = Compute the likelihood along the ODE
command-save-the-terms-of-the-bound = Save the terms of the bound…
command-learn-a-schedule = Learn a noise schedule
command-use-the-learned-schedule = Use the learned schedule as schedule A

## The dialog for figures

figure-content = What is exported
figure-chapter = All that is shown
figure-format = Kind of file
figure-png = Pixels: fits everywhere
figure-svg = Curves, letters and formulas stay sharp at any size and can be edited; pictures are pixels in it
figure-theme = Theme of the figure
figure-theme-window = As the window
figure-theme-light = Light
figure-theme-dark = Dark
figure-size = Size in pixels
figure-width = Width
figure-height = Height
figure-sizes = Usual sizes
figure-lettering = Size of letters and lines
figure-scale = Pixels for each point of the window
figure-pixels = The picture will have { $width } × { $height } pixels.
figure-save = Save…
figure-copy = Copy
figure-cancel = Cancel
figure-copied = Figure copied
plot-copy = Copy this plot
plot-save = Save this plot…
error-small-figure = { $width } × { $height } pixels are too few for a chapter with letters of this size. Take at least { $wide } × { $high }, or smaller letters.
error-no-plot = This plot is not on show any more. Bring it back, and save it again.

## Names of axes

axis-name-t = t
    .log = t, log
axis-name-log-snr = log SNR
axis-name-t-share = t/T
axis-name-value = value
axis-name-step = step
axis-name-x = x
axis-name-steps = steps
axis-name-calls = calls
axis-name-iteration = iter.
axis-name-exact = exact

## Chapter text

command-open-text-pipeline = Open text-to-image pipeline…
text-dialog-pipeline = Open a text-to-image pipeline: a Stable Diffusion folder
text-opening = The pipeline is opened …
text-under-way = The picture is drawn: { $percent } %
text-press-draw = This pipeline takes a while for a picture: press Draw.
text-nothing-drawn = There is no picture to show. { $reason }
text-prompt = What the picture is of
text-other-prompt = Another text, from the same noise
text-quoted = “{ $text }”
text-draw = Draw
text-write = Write a text
text-stop = Stop drawing
text-part = What is shown
text-part-words = Words
    .about = Where the pixels of a step look, word by word
text-part-guidance = Guidance
    .about = A step with the text and without it, and what guidance makes of both
text-part-swap = Swap
    .about = Another text from the same noise: what changes with a word, and what stays
text-part-cascade = Cascade
    .about = A small picture, and the large one that a second network makes of it
text-guidance = Drawing
text-guidance-scale = Scale of guidance
    .about = w in ε̂_∅ + w (ε̂_c − ε̂_∅): 1 is the text alone, more leads further away from what the network draws without it
text-negative = Negative prompt
    .about = What guidance leads away from; nothing else if it is empty
text-negative-hint = none
text-steps = Steps
text-attention = Attention
text-layers = Layer
text-all-layers = Mean of all layers
text-layer = Layer { $layer }, { $size }
text-heads = Head
text-all-heads = Mean of all heads
text-head = Head { $head }
text-of-all-layers = mean over { $count } layers and their heads · Q: pixels, K: words
text-of-layer = layer { $layer }, mean over its heads · Q: pixels, K: words
text-of-head = layer { $layer }, head { $head } · Q: pixels, K: words
text-pipeline = Pipeline
text-open = Open…
    .about = A Stable Diffusion folder, as diffusers saves it
text-fact-text = text encoder
text-fact-unet = U-Net
text-fact-vae = autoencoder
text-fact-latent = latent
text-fact-tokens = tokens of a text
text-millions = { $millions } million
text-left-out = The text encoder reads no more: { $count } tokens at the end are left out.
text-unfamiliar = The network hardly knows: { $unfamiliar }. It reads these words in small pieces; write simple English words, such as “red apple” or “cat face”.
text-earlier = the words before
text-later = the words behind
text-begin = begin
text-end = end
text-pads = { $count } × pad
text-tile = attention to { $word }, token { $ids }
text-scale = w = { $w }
text-no-word = the text has no word
text-mean-share = { $word } · { $mean } %
text-most-share = up to { $most } %
text-nearest-step = { $t }, the step nearest to { $wanted }
text-without = without the text
text-with = with the text
text-difference-up-to = up to { $most }
text-first-stage = first stage
text-second-stage = second stage
text-given = given to the second stage
text-without-network = without a network
text-bicubic = bicubic
text-noise-level = Noise on the small picture
    .about = The timestep s of the noise that the small picture gets before it is enlarged, which the network is told. With none it trusts every pixel, also those that the first stage got wrong; with much it draws details of its own
text-level = s = { $s }, which the second network is told
text-fact-second = second U-Net
text-one-stage = { $name } draws in one stage. A cascade has a second network, in the folder super_resolution of its pipeline, which enlarges what the first has drawn.
text-use-cascade = Draw with { $name }

## Causes, as layers below tell them. The English text is the one by which they are recognised.

cause-cut-short = unexpected end of file
cause-dimensions = Invalid image dimensions
cause-pixels = { $width } × { $height } pixels, at most { $most } a side
cause-missing-field = missing field `{ $field }` at line { $line } column { $column }
cause-missing-field-alone = missing field `{ $field }`
cause-no-folder = there is no folder { $folder }
cause-make-folder = make the folder or choose another place
cause-no-folder-above = there is no folder above it
cause-make-first = make that first or choose another place
cause-is-folder = this is a folder
cause-add-name = add a file name to the path
cause-file-in-place = a file stands where the folder would be
cause-other-folder = choose another folder
cause-where-allowed = choose a place where you may write
cause-disk-full = the disk is full
cause-free-space = free some space or choose another disk
cause-nothing-there = nothing can be made there
cause-other-place = choose another place
cause-try-again = choose another place and try again
cause-names-no-file = its text names no file
cause-no-network = this is a folder without a network: neither model_index.json nor config.json is in it
cause-choose-saved = choose the folder that diffusers' save_pretrained wrote
cause-memory = it needs too much memory
cause-tiles-memory = its tiles need too much memory
cause-longest-text = a text of at most { $most } bytes
cause-within = within ±{ $most }
cause-negative = invalid value: integer `-{ $value }`, expected usize
cause-from-to = from { $least } to { $most }
