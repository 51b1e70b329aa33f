# The glossary, and what is said of each chapter, in English.
#
# The terms are those of assets/glossary.toml. The attribute also holds other words by which a term is found, of this
# language and of others, with commas between them. Of a chapter, see says what is there, try what to do, and notice
# what comes of it; [words](quantity) have the colour of that quantity.

## Chapters

explain-forward =
    .see = The [picture x₀](x0) times √ᾱₜ plus the [noise ε](epsilon) times √(1−ᾱₜ) gives the [noised picture xₜ](xt). The film below shows the same sum for t from 1 to T. Of the plots, one compares the pixels of xₜ with N(0, 1), the other shows how signal and noise share the variance.
    .try = Drag the timeline and find the t at which you no longer know the picture. In the inspector, under Scene, change Jump to Walk (key W), and press New for other noise (key N).
    .notice = Coarse shapes last longer than fine detail, and the two shares always sum to 1. At t = T the pixels almost have the bell curve of N(0, 1), whatever the picture was.
explain-schedules =
    .see = The same picture and the same noise under two schedules, A above B. The line above each row names the schedule and says how much [signal](signal) it leaves at T. The plots show the curve that you choose, and the [log-SNR](log-snr).
    .try = Choose another kind of schedule for A or B, or turn on All other kinds. Then change Equal t to Equal SNR. With a Drawn schedule you can drag the points in the plot of log-SNR.
    .notice = At equal SNR both rows look the same: a schedule only decides how many steps are spent at each level of noise. Where signal is left at T, a run from pure noise starts wrongly.
explain-ledger =
    .see = xₜ as a sum of three pictures: [signal](signal), [noise inherited](inherited) from earlier steps, and the [new noise](new) of step t. Below: how the three share the variance over t, what each past step still contributes, and the standard deviations as sides of a triangle.
    .try = With T = 1000 a single step is too weak to be seen: turn on Amplify the new noise, or set Steps looked at to 10. Under Areas show, Share leaves the noise alone in view.
    .notice = Variances add, standard deviations do not, and that is why the triangle has a right angle. At t = 1 all noise is new; soon nearly all of it is inherited.
explain-posterior =
    .see = The [picture x₀](x0), the [noised picture xₜ](xt), and what follows for xₜ₋₁: its [mean](posterior-mean) and one [draw](sample). The lever shows how the mean weighs the estimate from x₀ against that from xₜ; the plots show all weights, the variances, and the Gaussians of one pixel.
    .try = Click a pixel in a picture to see its three Gaussians. Drag the lever: what if this one step added more noise? Reset brings back the schedule's own β.
    .notice = The more noise the step adds, the more the mean trusts x₀; the weights are λₜ and 1−λₜ, the same as in the noise ledger. The [raw weights](weight-sum) w₀ and wₜ sum to less than 1.
explain-reverse =
    .see = A run from noise to a picture, in the order of computing: the [state xₜ](xt), the [noise](eps-hat) that the predictor sees in it, the [picture](x0-hat) this implies, the [mean of the step](mu-theta) and the [next state](x-prev). Below are the film of the run and its numbers, call by call.
    .try = Press Denoise, and drag the timeline through the run. Let Oracle or Ideal predict instead of U-Net, or choose another sampler or fewer steps; Add a rival lets several race from the same noise.
    .notice = At first x̂₀ is a blurred mean of many pictures; as noise goes, coarse shapes are settled first and detail last. With η = 0, DDIM draws no noise on the way: the start alone decides the picture.
explain-training =
    .see = A network that learns here: [samples](sample) from the same noise again and again, and what it [makes](x0-hat) of a held-out picture at eight noise levels. Below: the film of the samples, the [loss](loss), the error over t as a surface, and learned against held-out pictures. One step shows a single lesson: picture, noise, prediction, difference.
    .try = Press Train; digits take a minute or two. Drag through the film to see what it drew at iteration 300. Let a second network learn beside it, with another target, weighting or schedule. Then press Denoise.
    .notice = Strong noise is learned first: where hardly any signal is left, ε is easily seen. Small t come last, and there the error stays largest. Averaged weights draw better than the weights as they are.
explain-latent =
    .see = Above your picture in pixels, below the same picture as the [latent](latent) of an autoencoder, which has far fewer numbers. In the second column both have noise: [xₜ](xt) in its pixels, [zₜ](noised-latent) in its code. On the right is what the [decoder](decoded) makes of the latent, without and with noise; between them, where the autoencoder is wrong, and the channels of zₜ.
    .try = Drag t, and compare xₜ with D(zₜ). Then choose By SNR. Load a picture of your own, or a larger size.
    .notice = Noise in pixels is grain over the picture, which shows through for long. Noise in the latent moves edges and colours: the decoder makes a picture without grain of every code, at first as if painted, with much noise pebbles of colour. A call in the latent costs a fraction, as there are fewer places.
explain-latent-between =
    .see = The way from your picture to another one. Above the [pixels](x0) of both are averaged; below their latents, of which the [decoder](decoded) makes pictures.
    .try = Choose another picture at the end of the way, and look at the middle.
    .notice = The mean of pixels shows both pictures at once. The mean of latents is not much better here: this latent is a small picture itself, as in Stable Diffusion, and is made to save work, not to put pictures of a kind beside each other.
explain-latent-run =
    .see = A run of the reverse process in the latent: the [state](noised-latent) at t and its channels, the [latent](latent) that the network takes its end to be, and the picture that the [decoder](decoded) makes of that. Below, both as films.
    .try = Drag t. Write another text in chapter Text, and come back.
    .notice = The state looks like noise until late, and its estimate shows colours and places from the first steps on. Only the last latent has to be decoded to have the picture; all others are decoded here so that one sees them.
explain-text =
    .see = A picture that a network draws of your text. The [state](noised-latent) of a step, what the network takes its [end](x0-hat) to be, and where its pixels [look](attention) for a word. Below, the tokens of the text, each with its own map, and the film of the run.
    .try = Write a text and press Draw. Point at a word; drag t through the run. Choose a single layer or head.
    .notice = Early, at large t, maps are wide, since nothing has a place yet; later words gather where their things are. Much attention rests on begin and pads, which say nothing of their own: they are where a pixel looks that needs no word.
explain-text-guidance =
    .see = One step twice: the [noise](eps-hat) that the network predicts without the text and with it, and where both differ. Below, the pictures that follow from each, and the one with guidance.
    .try = Drag the scale w, and t. Write a negative prompt.
    .notice = Guidance goes further in the direction in which the text has led. With large w the picture is clearer and harsher, and pictures of one text become alike.
explain-text-swap =
    .see = Two texts from the same noise: their pictures, and below how each came to be.
    .try = Change one word of the second text. Choose another seed.
    .notice = Early steps settle where things are, and these are alike for as long as the texts are. So a word can change while the rest stays.
explain-text-cascade =
    .see = A picture in two stages: the [small one](x0-hat) that the first network draws of the text, the same with some [noise](xt) and as large as the second network is given it, and the [large one](x0-hat) that this draws. At the right, the small picture enlarged without a network. Below, how both came to be.
    .try = Drag the noise s on the small picture. Drag t through both runs.
    .notice = The first stage decides what is where; the second adds edges and details, which no enlarging can know. Without noise it copies also what the first got wrong; with much it draws freely.
explain-distributions =
    .see = Diffusion in one dimension (Line) or two (Plane), where everything is known exactly. The Line shows the data, q(xₜ) over all t with paths from a state that you choose, the reverse kernel there, and what x₀ may have been. The Plane shows clouds of particles, racing samplers, guidance, a network that learns, and likelihoods.
    .try = On the Line, drag the data, click a state in the map, and move Steps merged until the reverse kernel is no longer Gaussian. On the Plane, choose Race and compare samplers by their network calls.
    .notice = Whatever the data, q(xₜ) ends as the same bell curve, and many small steps lead back. The paths of the SDE are rough and differ, the ODE has a single smooth one; yet both have the same distribution at every t.
explain-likelihood =
    .see = What it costs, in bits per dimension, to say your picture to someone who has the network: the [variational bound](bound). The bar below the chain has its three parts: [the encoder’s end](prior-term), [the denoiser’s steps](denoiser-term), [the decoder’s levels](decoder-term). The last two pictures show which pixels the bits are for.
    .try = Drag t, and see which pixels cost most at much noise and at little. Under Rate, drag along the curve: the picture appears as its bits arrive. Click a pixel to see its levels.
    .notice = The steps at small t cost most: they carry details that hardly anybody sees, and the simple loss counts just these too little. A photograph that is unlike what the network knows can cost more than 8 bits.
explain-likelihood-rate =
    .see = The bound as a message that is sent from T down to 1. The curve is how far [x̂₀](x0-hat) is off once so many bits have come, beside it the estimate of [the bound](bound) as its terms come in, and [the levels](decoder-term) of one pixel.
    .try = Drag along the curve: the picture appears as its bits arrive. Click a pixel of a picture to see its levels.
    .notice = A few bits bring the layout; almost all others pay for details that hardly anybody sees.
explain-likelihood-batch =
    .see = The bounds of other pictures beside that of the loaded one, each with its error, and their mean.
    .try = Choose where the pictures are from, and look at which are cheap and which are dear.
    .notice = What is unlike all that the network has seen costs more, and so do pictures with much fine detail.
explain-likelihood-continuous =
    .see = Four schedules that lead from the same log SNR to the same log SNR on ways of their own, and what the [loss](continuous-loss) in continuous time adds up at every t. Below are the same area over log SNR, where no schedule is left in it; the loss of T steps; and estimates from 64 times each.
    .try = Choose Yours, and drag its points: the integrand changes its shape, and its area stays. Then drag an end, in the first plot or in the area: now the area changes.
    .notice = In the change of variable from t to SNR the schedule cancels, so that only its ends matter. It is not without effect: estimates scatter more or less, and with few steps the losses differ. Times that are spread evenly scatter less than independent ones.
explain-likelihood-learned =
    .see = A [noise schedule that is learned](log-snr) beside its network, and two with the same ends that are not. Above are log SNR over t and what the [loss](continuous-loss) adds up at every t; below is how much the loss of one draw scatters along each.
    .try = Press Learn a schedule, and watch. When the curves have come to rest, use the schedule as A, and look at it in Schedules and Forward.
    .notice = The areas under the three curves are equal, as they have the same ends. At first the network is wrong everywhere, every t costs nearly alike, and the schedules hardly differ. As it learns, the learned one hurries where the network is nearly always right and takes its time where it is wrong: its loss stays nearly flat, and scatters little more than the least that is possible. The ends follow the bound itself.

## The forward process

term-diffusion-model = Diffusion model
    .about = A generative model that learns to undo noise: pictures are turned into noise in many small steps, and a network learns the way back, so that new pictures can be made out of pure noise.
    .also = DDPM, denoising diffusion, generative model, diffusion probabilistic model, 확산 모델, 디퓨전 모델, 생성 모델
term-forward-process = Forward process
    .about = Noise is added to the picture step by step, T times, until hardly anything but noise is left. Nothing is learned here: every step is a fixed Gaussian kernel.
    .also = noising, diffusion process, forward diffusion, q, 순방향 과정, 정방향 과정, 확산 과정
term-forward-kernel = Forward kernel
    .about = One step of the forward process: the state is faded by √αₜ, and noise of variance βₜ is added. The two together keep a variance of 1 at 1.
    .also = transition kernel, transition probability, single step, q(x_t | x_t-1), 순방향 커널, 전이 커널, 전이 확률, 한 단계
term-jump = Jump
    .about = The way from x₀ to any xₜ in one go, with a single ε and none of the steps between: the express train. The result has the same distribution as t single steps, and training relies on it.
    .also = express train, express, closed form, direct sampling, reparameterisation, reparameterization, q(x_t | x_0), 점프, 급행열차, 닫힌 형태, 재매개변수화
term-walk = Walk
    .about = A true Markov chain: each state is made from the one before it alone, by fading it and adding fresh noise. Consecutive pictures share most of their noise.
    .also = Markov chain, local train, random walk, Brownian path, step by step, 워크, 걷기, 마르코프 연쇄, 마르코프 체인, 완행열차, 브라운 운동
term-marginal = Marginal
    .about = The distribution of xₜ over all data, q(xₜ): that of the data, shrunk and blurred by noise. At t = T it is almost N(0, 1), whatever the data were. Some texts call q(xₜ | x₀) a marginal, too.
    .also = marginal distribution, q(x_t), noised data distribution, 주변분포, 주변 분포, 한계분포
term-timestep = Timestep t
    .about = How many steps of noise have been added: t runs from 1 to T, and t = 0 is the clean picture. Some programs count from 0 instead; their timestep is t − 1.
    .also = t, time, step, number of steps, 시점, 타임스텝, 시간, 단계
term-x0 = Clean picture x₀
    .about = The picture before any noise, with values from −1 to 1. Training starts from it, and sampling should end at something like it.
    .also = x_0, x0, data, original, clean image, 원본, 깨끗한 이미지, 데이터, 원본 이미지
term-eps = Noise ε
    .about = All the noise in xₜ as one standard normal number per pixel and channel: mean 0, variance 1. In xₜ it is multiplied by √(1−ᾱₜ).
    .also = epsilon, eps, Gaussian noise, white noise, 노이즈, 엡실론, 가우시안 노이즈, 백색 잡음, 잡음
term-xt = Noised picture xₜ
    .about = The state at timestep t: what is left of the picture plus all the noise so far. It is all that a network gets to see, beside t.
    .also = x_t, xt, state, noisy image, latent, 노이즈 낀 이미지, 상태, 잠재변수, 노이즈 섞인 이미지
term-factors = Signal and noise factors
    .about = In xₜ, √ᾱₜ stands before the picture and √(1−ᾱₜ) before the noise. Their squares sum to 1, so that xₜ has variance 1 if the picture has it.
    .also = coefficients, amplitude, signal rate, noise rate, sqrt alpha bar, sqrt one minus alpha bar, 신호 계수, 노이즈 계수, 진폭, 루트 알파 바
term-seed = Seed
    .about = The number from which all noise follows. The same seed gives the same noise at every t, in every chapter and under every schedule, so that a difference you see comes from what you changed.
    .also = random seed, random numbers, reproducibility, 시드, 난수, 재현성

## Schedules

term-schedule = Noise schedule
    .about = The variances β₁ to β_T, which say how much noise each step adds, and so how fast the picture fades. It is chosen beforehand, not learned.
    .also = variance schedule, beta schedule, pace, 노이즈 스케줄, 분산 스케줄, 베타 스케줄
term-beta = New-noise variance βₜ
    .about = Variance of the noise that step t adds. In most schedules it grows with t: small steps while there is detail to lose, larger ones when little is left.
    .also = beta, beta_t, diffusion rate, noise rate, 베타, 새 노이즈 분산, 노이즈 분산
term-alpha = Kept share αₜ
    .about = Share of the variance that step t keeps; the rest, βₜ, is new noise. The state itself is multiplied by the root, √αₜ.
    .also = alpha, alpha_t, retention, 알파, 유지 비율, 남는 비율, 보존 비율
term-alpha-bar = Signal variance ᾱₜ
    .about = Share of the variance of xₜ that is still signal: the product of all αs up to t. It falls from almost 1 towards 0, and it alone decides how noisy xₜ is. The DDIM paper writes α for it.
    .also = alpha bar, abar, alpha_bar, alphas_cumprod, cumulative product, signal share, 알파 바, 누적곱, 누적 노이즈, 신호 비율, 신호 분산
term-noise-variance = Noise variance 1−ᾱₜ
    .about = Variance of all the noise in xₜ: what ᾱₜ leaves of 1. Step by step it is the inherited noise plus the new.
    .also = one minus alpha bar, cumulative noise, total noise, accumulated noise, 누적 노이즈, 전체 노이즈 분산
term-snr = Signal-to-noise ratio
    .about = Variance of the signal over variance of the noise; it falls with t. Under two schedules the same picture and noise look alike at equal SNR, only at different t.
    .also = SNR, SNR_t, signal to noise, 신호 대 잡음비, 신호대잡음비
term-log-snr = Log-SNR
    .about = Natural logarithm of SNRₜ: 0 where signal and noise are equally strong. As an axis of time it makes schedules comparable, since they all run down along it, each at its own pace.
    .also = logsnr, log SNR, log signal-to-noise ratio, 로그 SNR, 로그 신호 대 잡음비
term-zero-terminal-snr = Zero terminal SNR
    .about = A schedule whose last step leaves no signal at all, so that training reaches the very noise that sampling starts from. √ᾱ is shifted and stretched until its last value is 0.
    .also = ZTSNR, zero signal at T, zero SNR, rescale_betas_zero_snr, 제로 터미널 SNR, 종단 SNR 0, 마지막 신호 0, T에서 신호 0
term-schedule-linear = Linear schedule
    .about = β grows by the same amount in every step, from 0.0001 to 0.02 over 1000 steps: the schedule of DDPM. Small pictures are nearly all noise long before T.
    .also = linear beta, DDPM schedule, 선형 스케줄, 선형
term-schedule-scaled-linear = Scaled linear schedule
    .about = √β grows by the same amount in every step: the schedule of Stable Diffusion, with β from 0.00085 to 0.012. With these ends some signal is left at T: √ᾱ is 0.07 there, for T = 1000.
    .also = scaled_linear, quadratic, Stable Diffusion, latent diffusion, 스케일드 선형, 스테이블 디퓨전, 스케일 선형 스케줄
term-schedule-cosine = Cosine schedule
    .about = ᾱ follows a squared cosine: level at both ends and almost straight between, so that medium noise gets more steps than in the linear schedule. No β exceeds 0.999.
    .also = squaredcos_cap_v2, improved DDPM, offset s, 코사인 스케줄, 코사인
term-schedule-sigmoid = Sigmoid schedule
    .about = β follows the S-shaped logistic function from its lowest to its highest value: it grows slowly at both ends and fastest in the middle.
    .also = logistic, S-curve, GeoDiff, 시그모이드 스케줄, 시그모이드, 로지스틱
term-schedule-logsnr = Linear log-SNR schedule
    .about = The logarithm of the SNR falls by the same amount in every step, between two ends that you choose. Every halving of the SNR thus takes equally many steps.
    .also = logsnr, log-linear, variational diffusion, VDM, 로그 SNR 스케줄, 로그 SNR 선형, 선형 log SNR 스케줄
term-schedule-constant = Constant schedule
    .about = The same β in every step. ᾱ then falls like a geometric series, by the same factor each time, and the share of new noise settles at β.
    .also = constant beta, geometric, 상수 스케줄, 상수
term-schedule-drawn = Drawn schedule
    .about = A schedule of your own: a curve of log-SNR through points that you drag in chapter Schedules. It must fall all the way, since noise only grows.
    .also = custom schedule, hand-drawn, control points, 직접 그림, 조절점, 그린 스케줄, 직접 그리기, 사용자 스케줄, 직접 그린 스케줄
term-schedule-trained = Schedule as a table
    .about = The βs come as a table, one for each timestep, as checkpoints with a schedule of their own bring them, and as a learned schedule is used. The table fixes T.
    .also = trained_betas, table of betas, scheduler_config.json, imported schedule, 파일의 스케줄, 베타 표

## The noise ledger

term-signal = Signal
    .about = The part of xₜ that is still the picture: x₀ faded by √ᾱₜ. If the picture has variance 1, the signal has ᾱₜ.
    .also = signal part, faded picture, 신호, 원본 성분, 남은 이미지
term-inherited = Inherited noise
    .about = The noise of all earlier steps. Step t fades it by √αₜ together with the picture, so that its variance in xₜ is αₜ(1−ᾱₜ₋₁).
    .also = old noise, past noise, accumulated noise, 물려받은 노이즈, 이전 노이즈, 쌓인 노이즈
term-new = New noise
    .about = The noise that step t itself adds, of variance βₜ. With T = 1000 a single step is too weak to be seen: amplify it, or look at few steps.
    .also = fresh noise, added noise, 새 노이즈, 새로 더한 노이즈
term-lambda = New share λₜ
    .about = Share of the noise in xₜ that step t has just added; the other 1−λₜ is inherited. At t = 1 all of it is new. The same two numbers are the exact weights in the posterior mean.
    .also = lambda, lambda_t, new share, inherited share, 람다, 새 노이즈 비율, 물려받은 비율
term-past-share = Share of a past step
    .about = What xₜ still holds of the noise that step s once added: variance βₛ ᾱₜ/ᾱₛ. Summed over all steps up to t, it gives all the noise, 1−ᾱₜ.
    .also = contribution of each step, history of noise, 지난 단계의 몫, 과거 단계의 기여
term-variances-add = Variances add
    .about = Independent noises add like the sides of a right triangle: their variances sum, their standard deviations do not. Two noises with σ = 1 together have σ = 1.41, not 2.
    .also = Pythagoras, right triangle, standard deviation, sum of independent noises, noise ledger, 분산의 합, 표준편차, 피타고라스, 직각삼각형, 노이즈 장부, 분산은 더해집니다
term-residual = Residual
    .about = xₜ minus the sum of its three parts: signal, inherited noise and new noise. What remains is rounding in single precision, so the three parts are the whole.
    .also = rounding error, remainder, 잔차, 나머지, 반올림 오차

## The posterior

term-prior = Prior
    .about = What is assumed before anything is seen. Here it is p(xₜ) at t = T, the standard normal distribution from which runs start; it knows nothing of the data.
    .also = p(x_T), standard normal, N(0, I), starting noise, 사전분포, 사전 분포, 표준정규분포, 초기 노이즈
term-posterior = Posterior
    .about = q(xₜ₋₁ | xₜ, x₀): what xₜ₋₁ was, for one who knows both xₜ and the picture. By Bayes' rule it is a Gaussian that is known exactly; a network learns to imitate it without x₀.
    .also = forward process posterior, tractable posterior, Bayes, q(x_t-1 | x_t, x_0), 사후분포, 사후 분포, 베이즈 정리
term-posterior-mean = Posterior mean μ̃ₜ
    .about = The best guess of xₜ₋₁ for one who knows xₜ and x₀: an average of two estimates, √ᾱₜ₋₁ x₀ and xₜ/√αₜ, with weights λₜ and 1−λₜ.
    .also = mu tilde, mean of the posterior, 뮤 틸다, 사후평균, 사후분포의 평균, 사후 평균
term-precision = Precision
    .about = One over the variance: how sure an estimate is. x₀ tells where xₜ₋₁ was with precision 1/(1−ᾱₜ₋₁), xₜ with αₜ/βₜ. The posterior weighs the two by these, and its own precision is their sum.
    .also = inverse variance, product of Gaussians, certainty, 정밀도, 분산의 역수, 가우시안의 곱
term-raw-weights = Raw weights w₀, wₜ
    .about = The factors on x₀ and xₜ in the posterior mean as papers write it. For t > 1 they sum to less than 1, so this form is not an average; the form with λₜ is.
    .also = w0, wt, posterior coefficients, weight sum, convex combination, 가중치, 원래 가중치, 계수, 볼록 결합, 원시 가중치
term-posterior-variance = Posterior variance β̃ₜ
    .about = Variance of the posterior: how unsure xₜ₋₁ remains for one who knows xₜ and x₀. It is 0 at t = 1 and always below βₜ, though hardly so at large t.
    .also = beta tilde, fixed_small, 베타 틸다, 사후분산, 사후분포의 분산, 사후 분산
term-x-prev = State xₜ₋₁
    .about = The state one step nearer to the picture; where a step leads over several timesteps, from t to s, it is xₛ. In chapter Posterior it is drawn from q(xₜ₋₁ | xₜ, x₀); in Reverse it is the mean of the step plus fresh noise, where the sampler adds some.
    .also = x_t-1, next state, previous state, posterior sample, 다음 상태, 이전 시점의 상태, 사후 샘플

## The reverse process

term-reverse-process = Reverse process
    .about = The way back from noise to a picture: a chain of Gaussian steps whose means a network predicts. Training brings these steps close to the exact ones.
    .also = denoising, generation, sampling, backward process, p_theta, 역방향 과정, 역과정, 디노이징, 생성, 샘플링
term-reverse-kernel = Reverse kernel
    .about = The true step back, q(xₜ₋₁ | xₜ), of one who knows the data but not x₀. It can have any shape, but for small βₜ it is almost Gaussian; that is why many small Gaussian steps can do.
    .also = backward kernel, true reverse step, q(x_t-1 | x_t), Feller, 역방향 커널, 역전이 커널
term-mu-theta = Mean of the step μ_θ
    .about = Where a step of the sampler goes before it adds noise of its own. In DDPM it is the posterior mean with the predicted noise in place of the true one.
    .also = mu theta, mu_theta, model mean, 뮤 세타, 스텝의 평균, 모델 평균, 단계의 평균
term-reverse-variance = Variance of the step σₜ²
    .about = Variance of the noise that a step of DDPM adds to its mean. β̃ₜ would be right if the data were a single point, βₜ if they were N(0, 1); with many steps the two are nearly the same.
    .also = sigma_t, sigma squared, fixed_small, fixed_large, variance_type, 시그마, 스텝의 분산, 단계의 분산
term-eps-hat = Predicted noise ε̂
    .about = What the predictor takes for the noise in xₜ. The predicted picture, the score and the next step all follow from it; networks that predict x₀ or v are converted to it.
    .also = epsilon hat, eps_hat, epsilon theta, eps_theta, noise prediction, 엡실론 햇, 예측 노이즈, 예측한 노이즈
term-x0-hat = Predicted picture x̂₀
    .about = The clean picture that the predicted noise implies: what is left of xₜ without that noise, scaled up. At large t it is a blurred mean of many pictures that xₜ may have come from.
    .also = x0 hat, x0_hat, predicted x0, pred_original_sample, denoised, 엑스 햇 제로, 예측 원본, 예측한 이미지, 예측 이미지
term-prediction-type = Prediction type
    .about = What the network's output means: the noise ε (epsilon), the clean picture x₀ (sample), or v, a mix of both. Any one gives the other two; they differ in which errors count most.
    .also = parameterisation, parameterization, prediction_type, epsilon prediction, x0 prediction, sample prediction, 예측 유형, 예측 대상, 매개변수화
term-v-prediction = v-prediction
    .about = A target between noise and picture: almost ε at small t, almost −x₀ at large t. Unlike ε, it still tells the picture where no signal is left in xₜ.
    .also = v, velocity, v_prediction, v 예측, 속도 예측
term-clipping = Clipping of x̂₀
    .about = x̂₀ is cut to [−1, 1] before the step is made, since pictures have no values beyond. It stops errors from growing; a clipped step no longer follows from ε̂ alone.
    .also = clip_sample, thresholding, static thresholding, dynamic thresholding, 클리핑, 자르기, 임계 처리
term-network-call = Network call
    .about = One evaluation of the network: what sampling costs. Most samplers make one call a step, Heun's method two. Papers call their number NFE.
    .also = NFE, number of function evaluations, cost, 네트워크 호출, 신경망 호출, 함수 평가 횟수
term-spacing = Timestep spacing
    .about = How the steps of a run are spread over the T timesteps: leading stays short of T, trailing starts at T, linspace takes both ends. A run from pure noise should start at T.
    .also = timestep_spacing, leading, trailing, linspace, respacing, 시점 간격, 시점 배치
term-u-net = U-Net
    .about = The usual network of diffusion models: it shrinks its input in stages, works on the small version, and grows it back, with direct links between stages of equal size so that detail is kept. It is told t, too.
    .also = UNet, UNet2DModel, encoder, decoder, skip connections, denoiser, 유넷, 인코더, 디코더, 스킵 연결
term-checkpoint = Checkpoint
    .about = The stored weights of a network, with its configuration and mostly its schedule: a folder in the format of diffusers. A network knows the noise of the schedule that it was trained with.
    .also = weights, model folder, safetensors, diffusers, pretrained model, 체크포인트, 가중치, 사전학습 모델
term-oracle = Oracle
    .about = A predictor that knows x₀. With DDPM and σ² = β̃ its steps are draws from the exact posterior, and every run ends at the picture: what a perfect prediction would do.
    .also = perfect predictor, knows x0, 오라클, 정답을 아는 예측기
term-ideal-denoiser = Ideal denoiser
    .about = The best prediction for a small data set: the mean of its pictures, each weighted by how likely it is to have become xₜ. It knows them by heart, so its runs can only return them.
    .also = optimal denoiser, closed form, memorisation, memorization, 이상적 디노이저, 최적 디노이저, 암기, 이상적 노이즈 제거기

## Samplers

term-sampler-ddpm = DDPM
    .about = Ancestral sampling: each step draws xₜ₋₁ from a Gaussian around the predicted mean. It follows the trained chain itself and is at its best with all T steps.
    .also = denoising diffusion probabilistic model, ancestral sampling, stochastic sampler, 조상 샘플링, 확률적 샘플러
term-sampler-ddim = DDIM
    .about = Each step mixes x̂₀ with the predicted noise again, at the next, lower level of noise. With η = 0 nothing is drawn: the same start gives the same picture, and few steps are enough.
    .also = denoising diffusion implicit model, express sampling, deterministic sampler, 결정적 샘플러, 급행 샘플링
term-eta = Eta η
    .about = How much noise a step of DDIM adds, relative to DDPM: 0 adds none and is deterministic, 1 adds as much as DDPM does.
    .also = eta, stochasticity, 에타, 확률성
term-sampler-dpm-solverpp2m = DPM-Solver++ (2M)
    .about = A fast solver of the probability-flow ODE, in steps of log-SNR. It remembers the last x̂₀ to see where x̂₀ is heading: second order for one call a step, so 15 to 20 calls go far.
    .also = DPM++ 2M, dpm++, dpmpp, multistep, second order, fast sampler, 다단계, 2차 방법, 빠른 샘플러
term-sampler-euler = Euler
    .about = The plainest solver of the probability-flow ODE: it follows the slope at the start of each step in a straight line. Over σ the slope is ε̂ itself; for the same levels its steps equal those of DDIM with η = 0.
    .also = Euler's method, first order, ODE Euler, EulerDiscreteScheduler, 오일러, 오일러 방법, 1차 방법
term-sampler-euler-ancestral = Euler ancestral
    .about = A step of Euler's method goes down to less noise than the next level has, and fresh noise fills up the difference. Like DDPM it draws noise on the way.
    .also = euler a, k-diffusion, stochastic sampler, EulerAncestralDiscreteScheduler, 오일러 조상 샘플링
term-sampler-heun = Heun
    .about = A step of Euler's method, a look at the slope where it arrives, and the step once more with the mean of both slopes: second order for two network calls a step.
    .also = Heun's method, second order, predictor and corrector, EDM, HeunDiscreteScheduler, 호인 방법, 훈 방법, 2차 방법
term-sampler-pndm = PNDM
    .about = Steps of DDIM with a weighted sum of the last four outputs in place of the newest: fourth order for one call a step. The first step is made twice, since nothing is remembered yet. Stable Diffusion 1 was published with it.
    .also = PLMS, pseudo linear multistep, Adams–Bashforth, multistep, PNDMScheduler, 애덤스–배시포스, 다단계
term-sampler-reverse-sde = Reverse SDE
    .about = The SDE that leads from noise back to the data; beside the known f and g it needs the score alone. It is solved in Euler–Maruyama steps: drift, pull of the score, fresh noise.
    .also = reverse-time SDE, Euler–Maruyama, Anderson, 역방향 SDE, 역시간 SDE, 오일러–마루야마
term-sampler-predictor-corrector = Predictor–corrector
    .about = A step of the reverse SDE, the predictor, and then a step of Langevin dynamics at the same level of noise, the corrector, which brings the points back to the right distribution.
    .also = PC sampler, corrector, 예측자–수정자, 예측 수정 샘플러
term-sampler-langevin = Annealed Langevin
    .about = Langevin dynamics through falling levels of noise, the sampler of NCSN: many small moves along the score, each with fresh noise, then the next lower level.
    .also = annealed Langevin dynamics, NCSN sampler, 담금질 랑주뱅, 어닐링, 랑주뱅 동역학, 담금질 Langevin
term-sampler-ode-rk45 = RK45
    .about = An adaptive solver of the probability-flow ODE: it compares results of order 4 and 5 to judge its own error, and makes steps as long as the tolerance allows.
    .also = Runge–Kutta, Dormand–Prince, dopri5, adaptive step size, ODE RK45, 룽게–쿠타, 적응형 스텝

## Guidance

term-guidance = Guidance
    .about = Pulls samples towards a wanted class, with strength w: 0 ignores the class, 1 draws from it as it is, and more exaggerates it. Larger w makes samples clearer and less varied.
    .also = guidance scale, conditional generation, w, 가이던스, 가이던스 스케일, 가이던스 세기, 유도, 조건부 생성
term-classifier-guidance = Classifier guidance
    .about = To the score it adds w times the gradient of a classifier: the direction in which the classifier grows more certain of the class. The classifier must have learned from noised data.
    .also = classifier gradient, conditional sampling, 분류기 가이던스, 분류기 유도, 분류기 그래디언트, 분류기의 기울기
term-classifier-free-guidance = Classifier-free guidance
    .about = One network predicts with the class and without it; their difference, w times, does the work of a classifier's gradient. Ho and Salimans count w from the plain class on, so that theirs is smaller by 1.
    .also = CFG, unconditional prediction, class score, 클래스 스코어, 분류기 없는 가이던스, 분류기 프리 가이던스, 조건부 점수

## Scores and equations

term-score = Score
    .about = The gradient of the log-density: the direction in which noised data become more probable fastest, and how steeply. To predict noise is to learn the score, which is about −ε̂/√(1−ᾱₜ).
    .also = score function, grad log p, gradient of the log density, nabla log q, score matching, 점수, 스코어, 점수 함수, 로그 밀도의 기울기
term-clean-mean = Mean of the clean data
    .about = E[x₀ | xₜ], the mean of all data that xₜ may have come from: what a network with the least squared error predicts. Tweedie's formula gets it from the score.
    .also = Tweedie, posterior mean of x0, conditional expectation, optimal denoiser, MMSE, 트위디 공식, 조건부 기댓값, 조건부 평균, 원본 데이터의 평균
term-sde = SDE
    .about = A stochastic differential equation: diffusion with steps made infinitely small. At every moment the state drifts by f(t) x dt and receives a little noise, g(t) dw, where w is Brownian motion.
    .also = stochastic differential equation, continuous time, drift, diffusion coefficient, Brownian motion, Wiener process, 확률미분방정식, 연속 시간, 드리프트, 표류, 브라운 운동, 위너 과정
term-vp-sde = VP SDE
    .about = Variance preserving: the state shrinks as noise comes in, so that a variance of 1 stays 1. It is DDPM in continuous time.
    .also = variance preserving, VP-SDE, DDPM in continuous time, 분산 보존
term-ve-sde = VE SDE
    .about = Variance exploding: nothing shrinks, noise is only added, until it is far larger than the data. It is NCSN in continuous time.
    .also = variance exploding, VE-SDE, NCSN in continuous time, 분산 폭발
term-sub-vp-sde = Sub-VP SDE
    .about = The drift of VP with less noise: its variance is never above that of VP with the same β(t), whose ᾱ(t) stands in the formula. It was made for good likelihoods.
    .also = sub-variance preserving, subvp, 서브 VP
term-probability-flow-ode = Probability-flow ODE
    .about = An equation without noise whose points have the same distribution at every t as those of the SDE. Each start leads to exactly one end, so it can be run both ways and gives likelihoods.
    .also = PF-ODE, ODE, ordinary differential equation, deterministic path, 확률 흐름 ODE, 상미분방정식, 결정적 경로
term-langevin-dynamics = Langevin dynamics
    .about = Small moves along the score, each with fresh noise of matching strength. After many of them the points are distributed as the density to which the score belongs.
    .also = Langevin Monte Carlo, MCMC, 랑주뱅 동역학, 랑제방 동역학, Langevin 동역학
term-ncsn = NCSN
    .about = Noise conditional score network: it learns the score at many levels of noise and samples by annealed Langevin dynamics. In continuous time it is the VE SDE, and so a sibling of DDPM.
    .also = noise conditional score network, SMLD, score-based model, score matching, 스코어 기반 모델, 점수 기반 모델
term-likelihood = Likelihood
    .about = How probable the model makes a point. Along the probability-flow ODE it can be computed exactly: the log-density of the noise that the point leads to, plus all the stretching on the way.
    .also = log-likelihood, log p(x), change of variables, NLL, bits per dimension, 우도, 가능도, 로그 우도, 변수 변환

## Training

term-elbo = ELBO
    .about = A lower bound on log p(x₀), which training raises. Its negative is the prior's part plus all Lₜ₋₁ plus L₀, and each of these can be computed, most as divergences between two Gaussians.
    .also = evidence lower bound, variational bound, VLB, variational lower bound, 증거 하한, 변분 하한, 변분 경계
term-elbo-prior = The prior's part of the bound
    .about = How far the last state still is from pure noise: the divergence of q(xₜ | x₀) from N(0, 1) at t = T. The schedule alone decides it, and no training changes it.
    .also = LT, L_T, prior matching, 사전분포 항, 사전분포 손실
term-elbo-step = Lₜ₋₁, a step's part
    .about = How far the network's step is from the exact posterior: the divergence of two Gaussians. With a fixed variance it is, but for a constant, the squared distance of their means, and so of ε and ε̂, times a weight.
    .also = Lt-1, L_t-1, denoising matching, consistency term, 디노이징 항, 단계 항
term-elbo-data = L₀, the data's part
    .about = The last step, from x₁ to the picture itself: how probable it makes the exact brightness, one of 256 levels, of every pixel.
    .also = L0, L_0, reconstruction term, discrete decoder, 복원 항, 재구성 항, 데이터 항
term-bits-per-dim = Bits per dimension
    .about = What a picture costs, divided by the number of its values d (pixels times channels): −log₂ p(x₀) / d. A picture of 8 bits costs 8 without a model, and fewer under a model that knows such pictures.
    .also = bits/dim, bpd, bits per dim, nats, 차원당 비트, 비트
term-rate-distortion = Rate and distortion
    .about = The rate is how many bits have been sent when the receiver knows xₜ, and the distortion how far the prediction x̂₀ then is from the picture. Most of the picture is there after a small part of the bits; the rest are details.
    .also = rate-distortion curve, progressive decoding, lossy compression, 비트율, 왜곡, 율왜곡, 점진적 복원, 손실 압축
term-continuous-loss = Loss in continuous time, L∞
    .about = The bound on −log p for infinitely many steps, without its two ends: half the area under the ideal denoiser's error over SNR. Only the SNR at both ends of the schedule is in it. There is a minus before the integral over t, since SNR falls.
    .also = VDM, variational diffusion models, continuous-time loss, L infinity, diffusion loss, 연속 시간 손실, 변분 확산 모델
term-mmse = Error of the ideal denoiser, mmse
    .about = The mean squared error that remains when x₀ is guessed as E[x₀ | xₜ]. No denoiser does better. It falls as the SNR grows, whatever the schedule.
    .also = minimum mean squared error, MMSE, denoising error, 최소 평균 제곱 오차
term-low-discrepancy = Evenly spread times
    .about = The k times of a batch are one random offset and k equal steps from there. Each is uniform by itself, yet together they cover all t, so that the estimate of the loss scatters less than with independent times.
    .also = low-discrepancy sampler, stratified timesteps, antithetic times, 저불일치 표본추출, 층화 추출
term-learned-schedule = Learned noise schedule
    .about = γ(t) = −log SNR as a small network that can only rise, learned beside the denoiser. The variational bound says where its ends should be. The shape between them does not change the bound, and is learned so that estimates of it scatter least, which makes every t cost alike.
    .also = variational diffusion model, VDM, monotone network, γ network, 학습된 스케줄, 변분 확산 모델
term-vlb-weight = Variational loss weight
    .about = The factor on ‖ε − ε̂‖² in Lₜ₋₁; the curve takes σₜ² = βₜ. Under the linear schedule it is largest at small t. The simple loss leaves it out, and so gives noisier pictures more weight.
    .also = VLB weight, ELBO weight, loss weight, 변분 손실 가중치, 손실 가중치
term-simple-loss = Simple loss
    .about = The mean squared error of the predicted noise, with the same weight for all t. It is the variational bound without its weights, and gives better-looking pictures.
    .also = L_simple, MSE, mean squared error, training objective, 단순 손실, 평균제곱오차, 학습 목적 함수
term-min-snr = Min-SNR weighting
    .about = The error of x̂₀ is weighted by the SNR, but by no more than γ, usually 5, so that almost clean pictures do not rule the training. As a weight on the error of ε̂ this is min(SNR, γ)/SNR.
    .also = min-SNR-γ, loss weighting, gamma, 최소 SNR 가중, 손실 가중치
term-ema = Moving average of the weights
    .about = An average of a network's weights over its training in which recent ones count most. It draws better pictures than the last weights do, and is what is kept in the end.
    .also = EMA, exponential moving average, Polyak averaging, 지수이동평균, 이동 평균, 가중치의 지수이동평균
term-training = Training
    .about = A network is shown noised pictures at random timesteps, and its weights are moved a little towards a better prediction, thousands of times. What is made small is the loss: the mean square error of the prediction.
    .also = learning, loss, iteration, training loop, optimisation, optimization, L, 학습, 훈련, 손실, 반복
term-batch = Batch
    .about = The pictures of one iteration, each with a timestep and noise of its own. Their losses are averaged before the weights move, so a larger batch makes each step surer and slower.
    .also = batch size, minibatch, stochastic gradient descent, SGD, 배치, 미니배치, 배치 크기
term-learning-rate = Learning rate
    .about = How far the weights move in one iteration. Too large, and the training diverges; too small, and it takes forever. Here it rises at first, then falls to 0 along a cosine.
    .also = step size, lr, AdamW, Adam, warm-up, cosine decay, 학습률, 보폭, 옵티마이저
term-gradient = Gradient of the loss
    .about = The direction in which a small change of each weight raises the loss fastest; training goes the other way. Its norm in a block says how much this one step would move that part of the network.
    .also = backpropagation, backward pass, gradient norm, 그래디언트, 기울기, 역전파
term-held-out = Held-out pictures
    .about = Pictures that a network never learns from. While the error on them falls with that on learned ones, the network learns what pictures have in common; where only the latter falls, it learns them by heart.
    .also = test set, validation, overfitting, memorisation, memorization, generalisation, 검증, 과적합, 암기, 일반화
term-class-dropout = Class dropout
    .about = A share of the pictures is shown without their class, usually a tenth. So one network learns the score with a class and without one, and classifier-free guidance can extrapolate from one to the other.
    .also = label dropout, unconditional training, null class, 클래스 드롭아웃, 레이블 드롭아웃, 무조건부 학습

## Latents

term-latent = Latent
    .about = What a picture is for latent diffusion: the encoder’s mean, scaled. It is a small picture with a few channels, in which most details are left to the decoder.
    .also = latent, latent space, code, z, z0, LDM, 잠재 표현, 잠재 변수, 잠재 공간
term-autoencoder = Autoencoder
    .about = An encoder that makes a small code of a picture, and a decoder that makes a picture of a code. They are trained together, so that the picture comes back.
    .also = VAE, AutoencoderKL, encoder, decoder, PSNR, 오토인코더, 변분 오토인코더, 인코더, 디코더
term-kl-regularisation = KL regularisation
    .about = A small weight on the divergence of the encoder’s distribution from N(0, 1) while the autoencoder learns. It keeps latents in one range without making them blurred.
    .also = KL-reg, KL regularization, KL penalty, KL 정규화, KL 규제
term-scaling-factor = Scaling factor
    .about = The number with which latents are multiplied so that their variance is about 1, as that of the noise. Without it, a schedule would mean another signal-to-noise ratio.
    .also = scaling_factor, 0.18215, 스케일 계수, 스케일링 팩터
term-latent-diffusion = Latent diffusion
    .about = Diffusion whose network sees latents in place of pixels, as in Stable Diffusion: noise is added to the code, the network takes it away there, and the decoder makes a picture of the end.
    .also = LDM, Stable Diffusion, 잠재 확산, 잠재 확산 모델, 스테이블 디퓨전
term-text-encoder = Text encoder
    .about = A transformer that makes a vector of each token of a text. A network that draws pictures of texts sees these vectors, not the words.
    .also = CLIP, CLIPTextModel, text embedding, encoder_hidden_states, 텍스트 인코더, 텍스트 임베딩
term-token = Token
    .about = A piece of a text that the vocabulary has a number for: a word, or a part of one. A begin and an end are added, and pads up to a fixed length.
    .also = tokenizer, BPE, byte pair encoding, pad, 토큰, 토크나이저, 패딩
term-cross-attention = Cross-attention
    .about = Layers in which every pixel asks what each word has to say to it. The shares of its attention, which sum to 1, are maps of where a word is looked at.
    .also = attention, attention map, softmax, query, key, where words look, 교차 주목, 크로스 어텐션, 어텐션, 주목 지도
term-negative-prompt = Negative prompt
    .about = A text in the place of the empty one, from which guidance leads away.
    .also = negative_prompt, 부정 프롬프트, 네거티브 프롬프트
term-text-to-image = Text to image
    .about = Diffusion whose network is told a text: a U-Net that attends to the vectors of a text encoder, trained with a share of empty texts, so that guidance is possible.
    .also = prompt, GLIDE, Stable Diffusion, text-to-image, 텍스트 투 이미지, 프롬프트, 글에서 그림

## Distances

term-kl-divergence = KL divergence
    .about = How far a distribution p is from another, q: the mean of log(p/q) over p. It is 0 only if the two are the same, and in general it differs when they swap places.
    .also = Kullback–Leibler, relative entropy, KLD, 쿨백–라이블러 발산, KL 발산, 상대 엔트로피
term-ks-distance = KS distance
    .about = The largest gap between two cumulative distributions, here of the pixels of xₜ and of N(0, 1): 0 if they are the same, at most 1.
    .also = Kolmogorov–Smirnov, KS statistic, 콜모고로프–스미르노프, KS 거리, KS 통계량
term-total-variation = Total variation
    .about = Half the area between two densities: 0 if they are the same, 1 if nowhere both are positive.
    .also = TV, total variation distance, 전변동, 총변동 거리, 총변동
term-energy-distance = Energy distance
    .about = How far two clouds of points are apart as distributions: twice the mean distance between them, minus the mean distances within each. It is 0 only for equal distributions.
    .also = sample quality, Székely, 에너지 거리, 샘플 품질
term-frechet-distance = Fréchet distance
    .about = Compares samples with real pictures by the means and covariances of a network's features of them; lower is better. With the features of the Inception network it is called FID.
    .also = FID, Fréchet inception distance, sample quality, 프레셰 거리, 생성 품질
