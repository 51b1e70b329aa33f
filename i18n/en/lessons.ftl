# The words of the lessons, in English. What a lesson shows at each step is in assets/lessons; how both go together is
# said in the README there. [words](quantity) are set in the colour of that quantity; there is no other markup.
# Numbers in the words that come from a schedule are claims of the step there, which the tests compute.

## From a picture to noise, and the jump

lesson-express-train = The express train
    .about = From a picture to pure noise, in a thousand small steps or in one.
    .step1 = How does a picture become noise? On the left is [the picture x₀](x0), in the middle [pure noise ε](epsilon), on the right [their mixture xₜ](xt). At t = 1 the mixture is still almost all picture.
    .step2 = At t = 300 every value of [xₜ](xt) is 0.63 times [the picture](x0) plus 0.78 times [the noise](epsilon). Press F and point at a pixel: the formula shows its numbers.
    .step2-presented = At t = 300 every value of [xₜ](xt) is 0.63 times [the picture](x0) plus 0.78 times [the noise](epsilon).
    .step3 = The further t goes, the less there is of [the picture](x0) and the more of [the noise](epsilon).
    .step3-question = Where do both have the same factor? Guess, move t there, and press Answer.
    .step3-question-presented = Where do both have the same factor? Guess before it is shown.
    .step3-reveal = At t = 259, where both factors are 0.71, and squared 0.5. That is early: for the other three quarters of the steps, the noise has the larger factor.
    .step4 = So far we went to xₜ in one go: the jump. The walk stops at every step: it fades what is there by √α, the first two pictures, and adds [new noise of variance β = 1 − α](new). The key W changes between the two.
    .step4-presented = So far we went to xₜ in one go: the jump. The walk stops at every step: it fades what is there by √α, the first two pictures, and adds [new noise of variance β = 1 − α](new). This is the walk.
    .step4-question = Which xₜ is noisier after 300 steps?
    .step4-option1 = The walk's: it got noise 300 times
    .step4-option2 = The jump's: all at once
    .step4-option3 = Neither: one distribution
    .step4-reveal = Neither. A sum of normal noises is normal again, and what came early has faded by then. The two differ in their random numbers alone.
    .step5 = That is why there is an express train. [ᾱₜ](alpha-bar) is the product of α from step 1 to t: fade [x₀](x0) by √ᾱₜ, add [noise](epsilon) times √(1−ᾱₜ) once, and you are at [xₜ](xt) without a stop. At t = 500 ᾱₜ is 0.079.
    .step6 = What is it good for? A network must learn from noised pictures of every t. Training draws t and [ε](epsilon) at random and jumps: one sum instead of t steps.
    .step7 = At the last stop, t = 1000, [the picture](x0)'s factor is 0.006: [xₜ](xt) is [noise](epsilon), whatever the picture was. Remember: one ε and two factors make any xₜ. Next: why fade the picture?

## Why not simply add noise; why the root; why not standardise

lesson-why-scale = Why fade the picture?
    .about = Why noise is not simply added, why the factor is √ᾱ, and why scaling the data is not enough.
    .step1 = In the formula [the picture](x0) has a factor below 1. Why? Simply adding [noise](epsilon) to it would make a noisy picture too.
    .step2 = Count the variances. The mean of [βₜ](beta) of A, solid, is the 0.01 of B, dashed. Without fading, 1000 steps add up to noise of variance 1000 × 0.01 = 10, ten times the variance 1 of scaled data.
    .step3 = So the picture is faded, by √ᾱₜ. Say the data have variance 1, and all noise so far has variance 1−ᾱₜ.
    .step3-question = Why the root, and not ᾱₜ itself?
    .step3-option1 = The mean stays 0
    .step3-option2 = The variance stays 1
    .step3-option3 = The picture stays longer
    .step3-reveal = The variance stays 1. A factor counts squared in it, so the picture brings ᾱₜ and the noise 1−ᾱₜ: together 1. At t = 500 ᾱₜ of A is 0.079, and 0.28² + 0.96² = 1.
    .step4 = See the plot below left: [signal](signal), [noise inherited](inherited) from earlier steps and [new noise](new) always fill one band of height 1. Fading makes just the room that noise fills: variance preserving (VP).
    .step4-presented = See the plot: [signal](signal), [noise inherited](inherited) from earlier steps and [new noise](new) always fill one band of height 1. Fading makes just the room that noise fills: variance preserving (VP).
    .step5 = Another idea: no noise. Subtract the mean of [one-dimensional data](x0) and divide by their standard deviation, below right: mean and variance are 0 and 1.
    .step5-presented = Another idea: no noise. Subtract the mean of [one-dimensional data](x0) and divide by their standard deviation: mean and variance are 0 and 1.
    .step5-question = When do data that are scaled like this follow N(0, 1)?
    .step5-option1 = Always
    .step5-option2 = Only if they were Gaussian before
    .step5-option3 = Never
    .step5-reveal = Only if they were Gaussian before. Scaling shifts and stretches a distribution, but its shape stays: humps remain humps.
    .step6 = Look at the plot below right: [scaled data](x0) still have their humps. What noise has made of the data, [xₜ at t = 1000](xt), lies on N(0, 1).
    .step6-presented = Look at the plot: [scaled data](x0) still have their humps. What noise has made of the data, [xₜ at t = 1000](xt), lies on N(0, 1).
    .step7 = [Four points](x0), with peaks that leave the plot, remain four points, however they are scaled. Only noise puts something between them, and that is where the way back from noise will have to lead.
    .step8 = At t = 1000 √ᾱ is 0.006. [Any data](x0), these blocks too, end at [the same N(0, 1)](xt), so sampling can start there. Remember: fading makes room, noise fills it. Next: what ᾱ says.

## What ᾱ says, and where T ends

lesson-alpha-bar = What ᾱ says
    .about = From the noise of one step to what is left after all of them, and where a schedule must end.
    .step1 = [βₜ](beta) of A, solid, is the variance of the noise that one step adds: at most 0.02. So why is nothing left of the picture in the end? Of B, dashed, we shall speak soon.
    .step2 = Each step keeps the share α = 1 − β of the picture's variance: 98 % or more. [ᾱₜ](alpha-bar), below right, is the share left after t steps.
    .step2-presented = Each step keeps the share α = 1 − β of the picture's variance: 98 % or more. [ᾱₜ](alpha-bar), the blue curve, is the share left after t steps.
    .step2-question = Where is it a tenth? Guess, move t there, and press Answer.
    .step2-question-presented = Where is it a tenth? Read it off before it is told.
    .step2-reveal = At t = 476. Small losses multiply, like interest: ᾱₜ is the product of all α up to t. For the whole second half of the steps, less than a tenth is left.
    .step3 = B, dashed, is another schedule: [β](beta) is 0.01 in every step, while that of A climbs to 0.02.
    .step3-question = Which has less of the picture left at t = 1000?
    .step3-option1 = A: its last steps are larger
    .step3-option2 = B: its first steps are larger
    .step3-option3 = Both alike
    .step3-reveal = Both have 0.004 % of the variance left. What is left is the product of all α, and for small β the sum of β nearly settles it. On average β is 0.01 in both.
    .step4 = The way there differs: at t = 100 A still has 0.90 of the picture's variance, B only 0.37. β alone does not tell that; [ᾱₜ](alpha-bar) does.
    .step5 = ᾱₜ counts variance; [the picture](x0) itself is multiplied by √ᾱₜ. At t = 300 ᾱₜ is 0.40, but √ᾱₜ is 0.63: [xₜ](xt) shows the picture better than one would think.
    .step6 = Picture against noise: [SNR](snr) = ᾱ / (1−ᾱ), which is 1 at t = 259 in A. Now the axis is its natural logarithm, [log SNR](log-snr), and all points of A and B are on one curve: of ᾱ and SNR, each gives the other.
    .step7 = Where must a schedule end? Keep [β](beta) from 0.0001 to 0.02, but cut the number of steps T from 1000 to 50.
    .step7-question = How much of the picture is left at t = T?
    .step7-option1 = Next to nothing: β ends at 0.02 as before
    .step7-option2 = A faint shadow
    .step7-option3 = Most of it
    .step7-reveal = Most of it: 50 small losses are not 1000.
    .step8 = This is [xₜ](xt) at t = T = 50: √ᾱ is 0.78. A network that was trained on this has never met pure noise, and pure noise is what sampling starts from.
    .step9 = Twenty times the β for a twentieth of the steps: from 0.002 to 0.4, and √ᾱ ends at 0.003. Remember: look at ᾱ, not at β, and see that it ends near 0. Next: why cosine?

## Linear against cosine

lesson-why-cosine = Why cosine?
    .about = What the linear schedule wastes, what the cosine does about it, and what no schedule changes.
    .step1 = Two schedules, one picture, one ε. At t = 300 linear (A) multiplies the picture by √ᾱₜ = 0.63, cosine (B) by 0.89. Squared, that is the variance that is left, [ᾱₜ](alpha-bar): 0.40 and 0.79, below right. Both end in noise, so why have two?
    .step1-presented = Two schedules, one picture, one ε. At t = 300 linear (A) multiplies the picture by √ᾱₜ = 0.63, cosine (B) by 0.89. Squared, that is the variance that is left, [ᾱₜ](alpha-bar): 0.40 and 0.79. Both end in noise, so why have two?
    .step2 = This is [ᾱₜ](alpha-bar) on a logarithmic axis, A solid and B dashed: the share of the picture that a network in training has to find in what it is shown.
    .step2-question = Where has A only 1 % (1e-2) of it left? Guess, move t there, and press Answer.
    .step2-question-presented = Where has A only 1 % (1e-2) of it left? Read it off before it is told.
    .step2-reveal = At t = 674, when a third of the steps is still to come. B reaches it only near the end.
    .step3 = At t = 700 √ᾱₜ is 0.08 in A and 0.45 in B; squared, [ᾱₜ](alpha-bar) is 0.007 and 0.20. In A the picture is gone from [xₜ](xt), in B outlines can still be made out.
    .step3-question = Training and sampling visit all t alike. What do the late steps of the linear schedule do?
    .step3-option1 = As much as all others
    .step3-option2 = Almost nothing
    .step3-option3 = Too much: there should be more of them
    .step3-reveal = Almost nothing: they turn noise into noise. Nichol and Dhariwal (2021) let a model that was trained on the linear schedule skip up to 20 % of its steps, the noisiest ones, and the pictures became hardly worse.
    .step4 = The cosine is made so that [ᾱₜ](alpha-bar) falls evenly in the middle: at t = 500 it is 0.49, that of the linear schedule 0.08. In the formula s = 0.008 keeps the first β from being too small.
    .step5 = It pays at the end. To bring ᾱₜ to 0, [βₜ](beta) of B must climb from 0.02 at t = 900 to 0.17 at t = 990, and in the last step it is clipped to 0.999.
    .step6 = So far A and B were compared at equal t. Suppose they are compared where their signal-to-noise ratios are equal.
    .step6-question = With the same picture and the same ε, how do their xₜ differ?
    .step6-option1 = That of the cosine is clearer
    .step6-option2 = That of the linear schedule is clearer
    .step6-option3 = Not at all
    .step6-reveal = Not at all. ᾱₜ is all of the schedule that enters xₜ, and equal SNR means equal ᾱₜ. You will see it in the next step.
    .step7 = Now both are at the same [SNR](log-snr), and their [xₜ](xt) are the same picture, at other times: B is at t = 563 before it is where A is at t = 300.
    .step8 = The thin grey lines are other schedules. A schedule is a timetable: all run through the same [SNR](log-snr), as far as their ends allow, each at its own pace. Remember: choose a pace that wastes no steps. Next: old noise, new noise.

## Old and new noise

lesson-inherited-and-new = Old noise, new noise
    .about = What a step inherits and what it adds, and why variances add while deviations do not.
    .step1 = Where is the noise in [xₜ](xt) from? The ledger takes xₜ apart: [signal](signal), [noise inherited](inherited) from earlier steps, and [new noise](new) of this one. Variances: 0.396 + 0.598 + 0.006 = 1.
    .step2 = [The new noise](new) has a hundredth of the variance of [all noise](noise-variance), too little to be seen. Here its values are ten times, its variance is a hundred times as large: as strong as all the noise together.
    .step3 = Take the roots: [inherited noise](inherited) has the standard deviation 0.773, [new noise](new) has 0.078. They are two sides of the triangle below right.
    .step3-presented = Take the roots: [inherited noise](inherited) has the standard deviation 0.773, [new noise](new) has 0.078. They are two sides of this triangle.
    .step3-question = What is the standard deviation of both together?
    .step3-option1 = 0.851: their sum
    .step3-option2 = 0.777: little more than the larger
    .step3-option3 = 0.695: they cancel
    .step3-reveal = 0.777. Independent noises now help and now hinder each other. On average their squares add: 0.5975 + 0.0061 is 0.777².
    .step4 = The plot below left now shows shares of the noise. [λ](new-share) is the share that is new: 1 in the first step, which has nothing to inherit, and 0.02 at t = 100. The other 0.98 is [inherited](inherited-share).
    .step4-presented = The plot shows shares of the noise. [λ](new-share) is the share that is new: 1 in the first step, which has nothing to inherit, and 0.02 at t = 100. The other 0.98 is [inherited](inherited-share).
    .step5 = Ten large steps instead of a thousand open the triangle. From t = 334 to 445 the deviations are [0.76 new](new), [0.53 inherited](inherited) and [0.93 together](noise-variance): the sides of a right triangle.
    .step5-presented = Ten large steps instead of a thousand open the triangle. From t = 334 to 445 the deviations are [0.76 new](new), [0.53 inherited](inherited) and [0.93 together](noise-variance): the sides of a right triangle.
    .step6 = How much noise of each past step is still in xₜ? The formula gives that of step s; soon bars below, in the middle, will show it.
    .step6-presented = How much noise of each past step is still in xₜ? The formula gives that of step s.
    .step6-question = Which of the steps so far has the most noise in it?
    .step6-option1 = The first one
    .step6-option2 = All alike
    .step6-option3 = The last one
    .step6-reveal = The last one. Every step fades all noise before it, as it fades the picture; and in this schedule late steps add more.
    .step7 = Of seven steps (the first, t = 1, is too small to see), [the last](new) has brought three quarters of all noise. Of what [the first ones](inherited) brought, hardly a trace is left.
    .step8 = So the ledger is kept, step by step: [what was there](inherited), faded, and [what is new](new). Remember: variances add, deviations do not. Next: whom to trust?

## The posterior

lesson-whom-to-trust = Whom to trust?
    .about = Where xₜ₋₁ was: two witnesses, x₀ and xₜ, and how much each of them counts.
    .step1 = One step back: where was [xₜ₋₁](sample)? Suppose we know [xₜ](xt), and [x₀](x0) as well. Then there are two witnesses: x₀ knows where the way began, and xₜ where it has got to.
    .step2 = Each witness names a Gaussian: below right, for one pixel. Their product is [the posterior](posterior-mean). At t = 2 its mean gives [x₀](x0) the weight λ = 0.55 and [xₜ](xt) 1−λ = 0.45.
    .step2-presented = Each witness names a Gaussian, here for one pixel. Their product is [the posterior](posterior-mean). At t = 2 its mean gives [x₀](x0) the weight λ = 0.55 and [xₜ](xt) 1−λ = 0.45.
    .step3 = Here t is 20. At t = 300 there is far more noise in [xₜ](xt), but only a little of it is from the last step.
    .step3-question = Whom does the mean trust at t = 300?
    .step3-option1 = x₀: it is the clean picture
    .step3-option2 = Both alike
    .step3-option3 = xₜ: it is one step away
    .step3-reveal = xₜ, with the weight 0.99 at t = 300, as the next step shows. From xₜ one must guess the noise of one step, of variance 0.006; from x₀ that of 299 steps, of variance 0.60.
    .step4 = Trust is precision, one over the variance. At t = 300 [x₀](x0) brings 1.7 and [xₜ](xt) 164. The weights λ and 1−λ are their shares of the sum.
    .step5 = Precisions add: two witnesses are surer than one, and [β̃ₜ](posterior-variance) is below [βₜ](beta). At t = 10 it is 0.00024 against 0.00028, at t = 300 only 0.00603 against 0.00606.
    .step6 = Books write μ̃ = [w₀](weight-x0) x₀ + [wₜ](weight-xt) xₜ (at t = 1000 the weights are 0.00013 and 0.98995), below 1 [in sum](weight-sum). λ and 1−λ do sum to 1: they weigh two estimates of xₜ₋₁, √ᾱₜ₋₁ x₀ and xₜ/√αₜ.
    .step7 = Back to t = 300, where βₜ is 0.006. What if this one step had added fifty times as much noise, β = 0.3?
    .step7-question = Who is trusted more than before?
    .step7-option1 = x₀
    .step7-option2 = xₜ
    .step7-option3 = Neither: the weights follow from t
    .step7-reveal = x₀. What has just been covered with noise is a poorer witness than before. Go on and see, then drag the lever yourself.
    .step7-reveal-presented = x₀. What has just been covered with noise is a poorer witness than before. Go on and see.
    .step8 = The lever has moved towards [x₀](x0): its weight λ was 0.01 and is 0.42 now. The larger β, the more x₀ counts; the smaller β, the more [xₜ](xt).
    .step9 = When a network draws, nobody knows x₀. Its guess [x̂₀](x0-hat) is put in that place: press Denoise and see. Remember: a witness counts as much as it is sure. Next: what the network predicts.
    .step9-presented = When a network draws, nobody knows x₀. Its guess [x̂₀](x0-hat) is put in that place. Remember: a witness counts as much as it is sure. Next: what the network predicts.

## What a network is asked for

lesson-what-the-network-predicts = What the network predicts
    .about = ε, x₀, v or μ: four targets for one answer, and what differs all the same.
    .step1 = A network is shown [xₜ](xt) and t, nothing else. [The picture](x0) and [the noise](epsilon) in it are hidden. Which of them should it be asked for?
    .step2 = Either will do. [xₜ](xt) is known, so whoever knows [the noise](epsilon) knows [the picture](x0): take the noise away, and undo the fading. A hat, as in x̂₀ and ε̂, marks what is predicted.
    .step3 = But errors fare differently. Say the network's noise [ε̂](epsilon) is off by 0.01 in a pixel at t = 1000.
    .step3-question = How far off is x̂₀ there? Look at √ᾱₜ.
    .step3-option1 = 0.01 as well
    .step3-option2 = About 0.16
    .step3-option3 = About 1.6
    .step3-reveal = About 1.6, though all values of a picture are between −1 and 1: the error is divided by √ᾱₜ, which is 0.0064.
    .step4 = Asking for [the picture](x0) moves the trouble to the other end. At t = 1 [ε̂](epsilon) is xₜ − √ᾱₜ x̂₀, divided by √(1−ᾱₜ) = 0.01, and errors grow a hundredfold.
    .step5 = A third target is the v of the formula. From it x̂₀ = √ᾱₜ xₜ − √(1−ᾱₜ) v: no factor is above 1, and errors do not grow.
    .step5-question = What does v ask for at t = 1000, as here, where xₜ is almost pure noise?
    .step5-option1 = The noise
    .step5-option2 = The picture
    .step5-option3 = Half of each
    .step5-reveal = The picture. Here is v as a network sees it: above, at t = 50, it is close to ε, and below, at t = 951, to −x₀. v always asks for what xₜ shows less of.
    .step6 = There is a fourth target: μ, [the mean of the next state](posterior-mean). But μ is nothing but [xₜ](xt) with some of the noise taken away, so DDPM asks for ε instead.
    .step7 = Many pictures may hide behind one [xₜ](xt). The best answer in squared error is [their mean](posterior-mean), even where no data are: in the plot below in the middle it lies between the humps.
    .step7-presented = Many pictures may hide behind one [xₜ](xt). The best answer in squared error is [their mean](posterior-mean), even where no data are: here it lies between the humps.
    .step8 = This network was trained on v. From its answer follow [ε̂](eps-hat) and [x̂₀](x0-hat), its present idea of the picture.
    .step8-question = What does x̂₀ look like at the first call? Choose, then press One call (the full stop key).
    .step8-question-presented = What does x̂₀ look like at the first call?
    .step8-option1 = A sharp picture
    .step8-option2 = A blurred one
    .step8-option3 = Noise, like xₜ
    .step8-reveal = Blurred: out of noise the best guess is a mean of many pictures. Press One call again and again: as the noise goes, fewer pictures fit, and in the end x̂₀ is sharp.
    .step8-reveal-presented = Blurred: out of noise the best guess is a mean of many pictures. As the noise goes, fewer pictures fit, and in the end x̂₀ is sharp.
    .step9 = Errors of ε̂ can be weighed in several ways: by the variational bound with [this curve](vlb-weight), for A (solid) 0.5 at t = 1 and 0.01 at t = 100; by the usual simple loss with 1. Remember: one answer, four forms. Next: DDPM and DDIM.

## Two samplers

lesson-ddpm-and-ddim = DDPM and DDIM
    .about = Two ways back to the picture with the same network: with fresh noise and without.
    .step1 = How does a network turn noise into a picture? At each call it says which [noise](eps-hat) it sees in [xₜ](xt), and a step takes some of it away. Press Denoise, and watch [the predicted picture x̂₀](x0-hat).
    .step1-presented = How does a network turn noise into a picture? At each call it says which [noise](eps-hat) it sees in [xₜ](xt), and a step takes some of it away. Watch [the predicted picture x̂₀](x0-hat).
    .step2 = DDPM goes to [the mean μ](mu-theta) of the step and adds fresh noise, σz. That gives the next state [xₛ](x-prev): xₜ₋₁, if no timestep is skipped. Press Denoise again to see one part after the other.
    .step2-presented = DDPM goes to [the mean μ](mu-theta) of the step and adds fresh noise, σz. That gives the next state [xₛ](x-prev): xₜ₋₁, if no timestep is skipped.
    .step3 = Taking noise away only to add some again looks like a detour. But see below left: from one [xₜ](xt) at t = 300 there are many possible [states at t = 250](sample).
    .step3-presented = Taking noise away only to add some again looks like a detour. But see: from one [xₜ](xt) at t = 300 there are many possible [states at t = 250](sample).
    .step3-question = What is the fresh noise for?
    .step3-option1 = It hides errors
    .step3-option2 = The mean alone is too clean for its t
    .step3-option3 = It makes pictures vary, no more
    .step3-reveal = The mean alone, the thin line, is too clean: true states are spread around it, and those are what the network has learned from. The fresh noise makes up for that.
    .step4 = DDIM adds no noise of its own. It takes [x̂₀](x0-hat) and [the noise found](eps-hat), and mixes them anew as strongly as the next timestep s wants: [xₛ](x-prev) is as noisy as it should be.
    .step5 = A network of clothes, and a race from the same start noise: DDIM in 20 and in 100 steps, DDPM in 20 and in 100.
    .step5-question = Which pair ends in the same picture? Choose, then press Denoise.
    .step5-question-presented = Which pair ends in the same picture?
    .step5-option1 = DDIM's
    .step5-option2 = DDPM's
    .step5-option3 = Both pairs
    .step5-option4 = Neither
    .step5-reveal = DDIM's, except for details: the start alone decides where the way leads, and more steps only follow it more closely. DDPM's fresh noise leads elsewhere: compare rows 3 and 4.
    .step6 = A race in 10 steps: press Denoise. With few steps, a way without fresh noise pays. One pair cannot show it: over many pictures, DDIM's are half as far from real ones as DDPM's (Fréchet distance 0.34 against 0.67).
    .step6-presented = A race in 10 steps. With few steps, a way without fresh noise pays. One pair cannot show it: over many pictures, DDIM's are half as far from real ones as DDPM's (Fréchet distance 0.34 against 0.67).
    .step7 = Between the two there is η, a factor of the fresh noise's [σ](x-prev): 0 is DDIM, 1 adds as much as DDPM. Press Denoise, and compare 0, 0.5 and 1 from the same start.
    .step7-presented = Between the two there is η, a factor of the fresh noise's [σ](x-prev): 0 is DDIM, 1 adds as much as DDPM. Here are 0, 0.5 and 1 from the same start.
    .step8 = In one dimension both ways can be seen: [DDPM's paths](sample) (reverse SDE) scatter over the data, [DDIM's](posterior-mean) (ODE) is one curve. Remember: one network, two ways back. Next: why small steps?

## Why small β makes the reverse step Gaussian

lesson-small-beta = Why small steps?
    .about = When the true way back is Gaussian, when it is not, and why DDPM takes a thousand steps.
    .step1 = Every reverse step is drawn as a Gaussian. But is the true xₜ₋₁ Gaussian, if one knows only xₜ? Below left, one step from t = 300 of a cosine: [the exact kernel](sample) and [a Gaussian](posterior-mean) are one curve.
    .step1-presented = Every reverse step is drawn as a Gaussian. But is the true xₜ₋₁ Gaussian, if one knows only xₜ? Here one step from t = 300 of a cosine: [the exact kernel](sample) and [a Gaussian](posterior-mean) are one curve.
    .step2 = [The reverse paths](sample) above show where this [xₜ](xt) may have come from. Now undo 299 steps in one go, from t = 300 to t = 1.
    .step2-presented = Now undo 299 steps in one go, from t = 300 to t = 1.
    .step2-question = What does the exact kernel look like then?
    .step2-option1 = A wide Gaussian
    .step2-option2 = Two humps
    .step2-option3 = Flat all over
    .step2-reveal = Two humps. This xₜ may come from either of two groups of data, and no single Gaussian can say so.
    .step3 = 299 steps at once: [the exact kernel](sample) is where the data are. [The Gaussian](posterior-mean) of the same mean and variance has its top between the humps, where x₁ hardly ever is.
    .step4 = 100 steps at once, from t = 300 to 200: two humps still, but closer. How much they differ from the Gaussian is measured by [the KL divergence](posterior-mean): 0.09.
    .step5 = 20 steps at once: to the eye it is [a Gaussian](posterior-mean), and KL is 0.0006. The plot below right shows how fast KL falls with the number of steps.
    .step5-presented = 20 steps at once: to the eye it is [a Gaussian](posterior-mean), and KL is 0.0006. The other plot shows how fast KL falls with the number of steps.
    .step6 = By Bayes the kernel is q(xₜ₋₁) times a Gaussian of variance βₜ/αₜ around xₜ/√αₜ. All humps are in q(xₜ₋₁), which is nearly [q(xₜ)](xt), above right.
    .step6-presented = By Bayes the kernel is q(xₜ₋₁) times a Gaussian of variance βₜ/αₜ around xₜ/√αₜ. All humps are in q(xₜ₋₁), which is nearly [q(xₜ)](xt).
    .step6-question = Why does their product become Gaussian when β is small?
    .step6-option1 = q(xₜ₋₁) becomes Gaussian
    .step6-option2 = The second factor is very narrow
    .step6-option3 = Nothing is uncertain then
    .step6-reveal = The second factor gets so narrow that log q(xₜ₋₁) is nearly straight beneath it. A straight slope shifts a Gaussian, and leaves its shape alone.
    .step7 = The same way in T = 10 steps: [β](beta) is 0.12 at t = 3, and [a single step](sample) has two humps. It does at once what 100 of the 1000 steps do.
    .step8 = T = 1000 again, where [β](beta) is 0.0016 at t = 300. Remember: small β makes each step back a Gaussian, so a network that finds [its mean](posterior-mean) is enough. The price is many steps. Next: one family.

## Score, SDE and ODE

lesson-one-family = One family
    .about = DDPM, score models, SDE and ODE, VP and VE: one thing, seen from several sides.
    .step1 = DDPM, score models, SDEs, ODEs: are these different theories? On the left is a cloud of data, two moons, which [noise](xt) will dissolve as t grows. On the right [a sampler](sample) began with other noise and has come back to them.
    .step2 = What leads back is [the score](score), the arrows: at every place it points to where the density of [noised data](xt) grows fastest. E is the mean of all data that may be behind xₜ.
    .step3 = The lines follow [the score](score). But a DDPM network knows nothing of densities. It predicts ε̂, the noise in xₜ.
    .step3-question = What has ε̂ to do with the score?
    .step3-option1 = Nothing
    .step3-option2 = The score is −ε̂ / √(1−ᾱₜ)
    .step3-option3 = The score is √ᾱₜ ε̂
    .step3-reveal = Up to a negative factor they are the same: [the score](score) points away from the noise. Every DDPM network is a score network.
    .step4 = Ever smaller steps make the chain a stochastic differential equation, an SDE. Left [one particle](epsilon) wanders off; right [the reverse SDE](sample) leads back. Of the data it needs only the score.
    .step5 = Leave the noise out and keep half of the score's pull, and the particles glide along [an ODE](posterior-mean). At every t [their cloud](sample) has the same density as before. DDIM takes this way.
    .step6 = Another branch, the score model NCSN, never fades the data and only adds noise: variance exploding, VE. On the left is [the cloud](xt) of DDPM, which is VP.
    .step6-question = At equal SNR and variance, how does a cloud of VE differ?
    .step6-option1 = It is wider
    .step6-option2 = It is rounder
    .step6-option3 = Not at all
    .step6-reveal = Not at all. Fading only changes units: an xₜ of VP, divided by √ᾱₜ, is one of VE.
    .step7 = Above the squares it says VE now, and [the cloud](xt) on the left is the same, point by point: clouds are drawn at variance 1 here. In these units VP and VE are one process, each with a pace of its own.
    .step8 = Four samplers, one start, 20 calls each; below, how far from the data they are after so many calls. The dashed grey line is other data of the same kind, which scatter too. Remember: one score, many ways to follow it. Next: the ELBO’s three parts.

## The three parts of the ELBO

lesson-three-parts = The ELBO’s three parts
    .about = Where every bit of −log p(x₀) goes: the encoder’s end, the denoiser’s steps, the decoder’s levels.
    .step1 = How well does a network know your picture? −log p(x₀) says it, in bits. Without a model every value costs 8; this network has seen nothing but emoji, so that a photograph surprises it and costs more. The chain's own p cannot be computed, but [a bound](bound) on it can, in three parts.
    .step2 = The chain is a VAE: x₁ to x_T are its codes, each as large as the picture. [L_T](prior-term) is how far the last code still is from pure noise.
    .step2-question = What can training change in L_T?
    .step2-option1 = How large it is
    .step2-option2 = Nothing
    .step2-option3 = Which pixels pay for it
    .step2-reveal = Nothing: the encoder is fixed. The schedule makes it small, as ᾱ near 0 at T leaves next to nothing of any picture; where that little is, the picture decides: see the map.
    .step3 = [Lₜ₋₁](denoiser-term) compares the network’s step at t with the exact posterior, which knows x₀. It is the divergence of two Gaussians.
    .step3-question = Where are most of these bits?
    .step3-option1 = At small t, with little noise
    .step3-option2 = In the middle
    .step3-option3 = At large t, with much noise
    .step3-reveal = At small t: see the area below left. About nine in ten of them are at t up to 100.
    .step3-reveal-presented = At small t: see the area. About nine in ten of them are at t up to 100.
    .step4 = At t = 10 there is a little noise in [xₜ](xt). To say exactly how much, in every pixel, costs [bits](denoiser-term). The map shows where most of them go: to what this network does not expect, such as a rim that is not white, as that of all its emoji is.
    .step5 = [L₀](decoder-term) is what is left to say at the end: which of its 256 levels each value has. Click a pixel: below right are the levels, with what the last step expects of them.
    .step5-presented = [L₀](decoder-term) is what is left to say at the end: which of its 256 levels each value has. Here they are for one pixel, with what the last step expects of them.
    .step6 = Read it as a message that is sent from T down to 1. The plot below left says how far [x̂₀](x0-hat) is off once so many bits have come: the layout is cheap, the details are dear.
    .step6-presented = Read it as a message that is sent from T down to 1. The plot says how far [x̂₀](x0-hat) is off once so many bits have come: the layout is cheap, the details are dear.
    .step7 = The sum is [the bound](bound), first from a few t with an error, exact with all. The ODE, a button on the right, has a p of its own, which can be computed. Remember: encoder fixed, denoiser most, decoder the rest. Next: why weight 1?
    .step7-presented = The sum is [the bound](bound), first from a few t with an error, exact with all. The ODE has a p of its own, which can be computed. Remember: encoder fixed, denoiser most, decoder the rest. Next: why weight 1?

## Why the simple loss

lesson-why-weight-one = Why weight 1?
    .about = The bound weighs the errors of ε̂, the simple loss does not; what each of them makes a network care for.
    .step1 = In the bound, an error of ε̂ counts with [ωₜ](vlb-weight). DDPM trains with 1 in its place, the simple loss. Below right is ωₜ over its mean, against that 1: what the simple loss counts too little and too much.
    .step1-presented = In the bound, an error of ε̂ counts with [ωₜ](vlb-weight). DDPM trains with 1 in its place, the simple loss. The plot is ωₜ over its mean, against that 1: what the simple loss counts too little and too much.
    .step2 = With the linear schedule, A (solid; dashed is B, the cosine), [ωₜ](vlb-weight) is 0.5 at t = 1, and 0.01 at t = 100.
    .step2-question = What will a network care for that is trained with the bound?
    .step2-option1 = Fine detail, at small t
    .step2-option2 = The layout, at large t
    .step2-option3 = All t alike
    .step2-reveal = Fine detail: an error at t = 1 counts fifty times as much as one at t = 100. With weight 1, the network spends more of its strength where there is more noise.
    .step3 = What is it that counts so much? At t = 10 [xₜ](xt) looks like [the picture](x0). Whoever predicts better here saves many bits, and nobody sees it.
    .step4 = The same as a message. At 0 bits [x̂₀](x0-hat) is what the network expects of any picture; the first bits bring the layout, the last ones pay for details that one hardly sees.
    .step5 = Ho and others trained both on CIFAR-10. With the bound: 3.70 bits/dim. With the simple loss: 3.75.
    .step5-question = Whose samples looked better?
    .step5-option1 = Those of the bound
    .step5-option2 = Both alike
    .step5-option3 = Those of the simple loss
    .step5-reveal = Those of the simple loss, by far: a Fréchet distance of 3.17 against 13.51. Fewer bits and better pictures are two aims.
    .step6 = See for yourself: two networks on the same digits, the first with weight 1, the second with the bound’s weights. Press Train and compare. Remember: weights decide what is learned first. Next: ε, x₀ or v?
    .step6-presented = See for yourself: two networks on the same digits, the first with weight 1, the second with the bound’s weights. Compare them as they learn: the second, busy with what hardly anybody sees, draws later. Remember: weights decide what is learned first. Next: ε, x₀ or v?
    .step6-printed = In the window two networks learn these digits side by side, the first with weight 1, the second with the bound’s weights. The second, busy with what hardly anybody sees, draws later. Remember: weights decide what is learned first. Next: ε, x₀ or v?

## Which target

lesson-which-target = ε, x₀ or v?
    .about = What changes in training when a network is asked for the noise, for the picture or for v: the weights of its errors.
    .step1 = Training is this step, again and again: [a picture](x0), [noise](epsilon), [their mixture xₜ](xt), and what the network makes of it, [ε̂](eps-hat). On the right is the difference; its mean square is the loss of a network that is asked for ε.
    .step2 = Above t = 300, below t = 701, where [the noise](epsilon) in xₜ has the factor 0.997. [ε̂](eps-hat) is nearly exact below, and worse above.
    .step2-question = Why?
    .step2-option1 = By chance
    .step2-option2 = Below, xₜ is nearly ε
    .step2-option3 = Above, xₜ has more noise
    .step2-reveal = Below, xₜ is nearly ε already, and repeating xₜ is a good answer. For [the picture](x0) it is the other way round: it is easily seen above, and must be guessed below.
    .step3 = The formula ties both answers: an error of [ε̂](eps-hat), times √(1−ᾱₜ)/√ᾱₜ, is one of x̂₀. Squared, ‖ε − ε̂‖² is SNR times ‖x₀ − x̂₀‖². At t = 300 the SNR is 0.66, and both count nearly alike.
    .step4 = Now t = 20. Say a network with target x₀ and one with target ε make the same error in x̂₀.
    .step4-question = How much more does it count for the target ε?
    .step4-option1 = As much
    .step4-option2 = 1/172 of it
    .step4-option3 = 172 times as much
    .step4-reveal = 172 times: the SNR. A target is a choice of weights in disguise: [ε](epsilon) cares for fine detail at small t, [x₀](x0) for the layout at large t, and v weighs with SNR + 1.
    .step5 = So weights can be chosen openly, whatever the target. Below right, on ‖ε − ε̂‖²: the simple loss, the variational bound, and [min-SNR](vlb-weight), the thick one, which lets no t count more than 5 on the picture.
    .step5-presented = So weights can be chosen openly, whatever the target. Here, on ‖ε − ε̂‖²: the simple loss, the variational bound, and [min-SNR](vlb-weight), the thick one, which lets no t count more than 5 on the picture.
    .step6 = Two networks will learn digits from the same data in the same order; the first is asked for ε, the second for x₀. At t = 1000 √ᾱₜ is 0.0064.
    .step6-question = After a few hundred iterations, whose [x̂₀](x0-hat) at t = 1000 looks like a digit, if a blurred one?
    .step6-option1 = That of ε
    .step6-option2 = That of x₀
    .step6-option3 = Both
    .step6-reveal = That of x₀: an ε̂ that is off by 0.01 is divided by 0.0064. Press Train and watch the rows of [x̂₀](x0-hat) on the right: at small t both are sharp.
    .step6-reveal-presented = That of x₀: an ε̂ that is off by 0.01 is divided by 0.0064. Watch the rows of [x̂₀](x0-hat) on the right: at small t both are sharp.
    .step6-reveal-printed = That of x₀: an ε̂ that is off by 0.01 is divided by 0.0064. In the window, where both learn these digits, one sees it within a minute; at small t both are sharp.
    .step7 = Let it learn for a minute. The rows on the right are [x̂₀](x0-hat) of a held-out picture from little noise to much; the large pictures are [samples](sample), drawn from the same noise each time.
    .step7-printed = In the window one watches it learn: [x̂₀](x0-hat) of a held-out picture from little noise to much, and [samples](sample), drawn from the same noise each time. Here are its data, and that picture with noise.
    .step8 = v is nearly [ε](epsilon) where there is little noise, as above, and nearly −[x₀](x0) where there is much, as below: always what xₜ shows less of. Remember: one answer in three forms, and with it a choice of what counts. Next: only the ends matter.

## Only the ends matter

lesson-only-the-ends = Only the ends matter
    .about = In continuous time the loss does not depend on the schedule, but on its two ends; what a schedule is good for all the same.
    .step1 = Take ever more steps, and the sum of the losses becomes an integral, the [loss in continuous time](continuous-loss). Above left are four schedules: 1 even in log SNR, 2 cosine, 3 linear β, 4 drawn. All go from [log SNR](log-snr) 6 to −6, and the data are numbers on a line.
    .step1-presented = Take ever more steps, and the sum of the losses becomes an integral, the [loss in continuous time](continuous-loss). Here are four schedules: 1 even in log SNR, 2 cosine, 3 linear β, 4 drawn. All go from [log SNR](log-snr) 6 to −6, and the data are numbers on a line.
    .step2 = Above right is what each t adds to the loss, for each of the four. Very different curves.
    .step2-presented = Here is what each t adds to the loss, for each of the four. Very different curves.
    .step2-question = Which schedule has the largest area under its curve?
    .step2-option1 = Linear log SNR (1)
    .step2-option2 = Linear β (3)
    .step2-option3 = All the same
    .step2-reveal = All the same, to the last digit: [2.5955](continuous-loss) nats (one is 1.44 bits). Choose one after the other on the right, and look at the number.
    .step2-reveal-presented = All the same, to the last digit: [2.5955](continuous-loss) nats (one is 1.44 bits).
    .step3 = This one is yours. Drag its points, above left: what each t adds [changes its shape](continuous-loss), and the area stays.
    .step3-presented = This one was drawn by hand. However its points are dragged, what each t adds [changes its shape](continuous-loss), and the area stays.
    .step4 = Why? Go from t to SNR: SNR′(t) dt is dSNR, and time is gone. What is left is the least mean squared error, [mmse](mmse), that a guess of x₀ has at each SNR: below left, times SNR since the axis is logarithmic, one curve for all schedules.
    .step4-presented = Why? Go from t to SNR: SNR′(t) dt is dSNR, and time is gone. What is left is the least mean squared error, [mmse](mmse), that a guess of x₀ has at each SNR: here times SNR, since the axis is logarithmic, one curve for all schedules.
    .step5 = Say the upper end moves, from log SNR 6 to 3: the schedules no longer begin with so clean a picture.
    .step5-question = What happens to the area?
    .step5-option1 = It becomes smaller
    .step5-option2 = It stays
    .step5-option3 = It becomes larger
    .step5-reveal = It becomes smaller: [its range of SNR](mmse) is shorter. Nothing is gained by it, since what is not counted here is left to L₀, the cost of the last step to the picture.
    .step6 = Back to the ends from before. Training does not know the integral: it asks at a few random t and takes the mean. Below right are such [estimates](continuous-loss), from 64 t each, with the cosine.
    .step6-presented = Back to the ends from before. Training does not know the integral: it asks at a few random t and takes the mean. At the right are such [estimates](continuous-loss), from 64 t each, with the cosine.
    .step6-question = With which curve above right do they scatter least?
    .step6-question-presented = With which curve do they scatter least?
    .step6-option1 = With the flattest
    .step6-option2 = With the steepest
    .step6-option3 = All alike
    .step6-reveal = With the flattest: if every t adds the same, it does not matter which t are drawn. You will see it in the next step.
    .step7 = Linear log SNR is the flattest here, and its [estimates](continuous-loss) scatter less. Spreading the 64 t evenly, the lower row, helps with every schedule.
    .step8 = With T steps the loss is larger, and falls to the [limit](continuous-loss) as T grows: below in the middle. Remember: the ends decide the bound, the shape only how its estimates scatter. With weight 1 the shape is a weight, too. Next: why latent?
    .step8-presented = With T steps the loss is larger, and falls to the [limit](continuous-loss) as T grows. Remember: the ends decide the bound, the shape only how its estimates scatter. With weight 1 the shape is a weight, too. Next: why latent?

## Why latent

lesson-why-latent = Why latent?
    .about = What an autoencoder leaves out, what noise does to its code, and what is saved by drawing there.
    .step1 = A square of 128 × 128 pixels has 49,152 numbers, and a network must look at all of them in every call. An autoencoder makes [a code](latent) of [the picture](x0), the latent, with 12 times fewer, and of this code [a picture](decoded) again.
    .step2 = What is lost? The colour is strong where [the decoded picture](decoded) is off: at edges and in fine texture. In the bound most bits paid for details that hardly anybody sees; these are what [the latent](latent) leaves to the decoder.
    .step3 = Now noise of the same t is added, to [the pixels](xt) and to [the latent](noised-latent).
    .step3-question = At t = 300, what will the decoder make of the noised latent?
    .step3-option1 = Grain, as in the pixels
    .step3-option2 = Other things, without grain
    .step3-option3 = An even grey
    .step3-reveal = A picture of other things. The decoder makes clean edges and colours of whatever code it gets: [noise in the latent](noised-latent) moves and recolours them, until they are pebbles. In pixels, noise is grain on every one of them.
    .step4 = With less noise, t = 100, it looks as if painted. One place of the latent stands for 4 × 4 pixels, and noise changes all sixteen together. So what noise hides in the latent is no grain, but strokes at first, and then where things are: the part that is worth a network's work.
    .step5 = That work is what a latent saves. Take one network, and call it once for the picture and once for the latent.
    .step5-question = How many times fewer operations does it need in the latent?
    .step5-option1 = About 4 times
    .step5-option2 = 12 times, as it has fewer numbers
    .step5-option3 = More than 16 times
    .step5-reveal = More than 16 times. The latent has 16 times fewer places, each place costs the same, and attention, where every place looks at every other, costs 256 times less.
    .step6 = Counted: 37 times fewer operations, and the time falls with them. The upper bars are for [pixels](x0), the lower ones for [the latent](latent). A sampler makes this call at every step; encoder and decoder are called once.
    .step7 = Noise has variance 1. [Pixels](x0) between −1 and 1 have less, so at the same t their SNR is lower than that of [the latent](latent), whose variance over all data a scaling factor brings near 1. The dots are two timesteps at which the SNR is equal.
    .step8 = All else is as before: the same schedule, the same loss, with [z](latent) in place of x, and a [decoder](decoded) at the end. Stable Diffusion draws 4 × 64 × 64 numbers for 3 × 512 × 512. Remember: the autoencoder does the detail, diffusion the rest. Next: a word at work.

## A word at work

lesson-a-word-at-work = A word at work
    .about = How a text gets into a picture: tokens, where pixels look, when words count, and one word in the place of another.
    .step1 = This network draws what a text says. It is a small one, and knows nothing but emoji. From noise it has made [this picture](x0-hat) of “red heart”, in 25 steps.
    .step2 = It does not see letters. The text is cut into tokens, each with a number; begin, end and pads fill it up to 16. A text encoder makes a vector of each. The small pictures are the tokens; what their colour says comes next.
    .step3 = In some layers every pixel asks every token, and shares out its [attention](attention): 1 in all. On the large picture the colour is strong where pixels look at “heart”, as the mean of all such layers.
    .step4 = So the tokens share the attention of all pixels: words, and begin, end and pads, which say nothing.
    .step4-question = When do pixels look at words most?
    .step4-option1 = Early, in noise
    .step4-option2 = Late, at the details
    .step4-option3 = At all t alike
    .step4-reveal = Early: the numbers are the shares, 100 % in all. At t = 962 [zₜ](noised-latent) is nothing but noise. That [x̂₀](x0-hat) shows a heart is the work of [the words](attention), all that one can go by.
    .step5 = At t = 82 the picture itself says what it is. “Red” and “heart” had 54 % of [the attention](attention) at t = 962, and have 30 % now; begin, end and pads, which say nothing, take what is not needed.
    .step6 = Two runs from the same noise, both “red heart”, and the same to the last pixel.
    .step6-question = Say the right one draws “green heart”. What will it be like?
    .step6-option1 = Quite another picture
    .step6-option2 = The same heart, in green
    .step6-option3 = The same picture
    .step6-reveal = [The same heart, in green](x0-hat): the noise of the start settles where things are, the words what they are. Remember: words act by attention, and most of all early. Next: guidance and its price.

## Guidance and its price

lesson-guidance-and-its-price = Guidance and its price
    .about = What the scale of guidance does, step by step, and why it is not turned up all the way.
    .step1 = In each step the network is asked for the noise twice: with an empty text, and with “red heart”. The two [answers](eps-hat) look alike. What [the text adds](attention) is the small difference, at the right.
    .step2 = Guidance goes further in this direction, w times as far. Here is [x̂₀](x0-hat) without the text, with it, and with guidance: with w = 1 that is the text alone.
    .step2-question = What will w = 3 do to the third?
    .step2-option1 = Blur it
    .step2-option2 = Make it more of what the text says
    .step2-option3 = Nothing, as the noise is the same
    .step2-reveal = It becomes [more of what the text says](x0-hat). The difference is small, and it is taken three times, in every step.
    .step3 = Here is a whole run with w = 1, the text alone: [one of all the pictures](x0-hat) that the network takes for possible, good and bad ones.
    .step4 = And here with w = 4, from the same noise: [clearer, and more typical](x0-hat). Most pictures of texts that you know were made so.
    .step5 = Then why not more?
    .step5-question = What will w = 20 do?
    .step5-option1 = Make it better still
    .step5-option2 = No more than w = 4
    .step5-option3 = Overdo it
    .step5-reveal = It overdoes it: [lights and shades](x0-hat) get harsh, as no data have them. The extrapolation is good close to the two answers, and no better than a guess far away.
    .step6 = So guidance has a price: two calls in place of one at each step, pictures of one text that become alike, and too much of it is too much. Remember: the answer without the text, and w times what the text adds.
