# The words of the lessons, in English. What a lesson shows at each step is in assets/lessons; how both go together is
# said in the README there. [words](quantity) are set in the colour of that quantity; there is no other markup.
# Numbers in the words that come from a schedule are claims of the step there, which the tests compute.

## From a picture to noise, and the jump

lesson-express-train = The express train
    .about = From a picture to pure noise, in a thousand small steps or in one.
    .step1 = How does a picture become noise? Left [the picture x₀](x0), in the middle [pure noise ε](epsilon), right [their mixture xₜ](xt). At t = 1 it is still almost all picture.
    .step2 = At t = 300 every value of [xₜ](xt) is 0.63 times [the picture](x0) plus 0.78 times [the noise](epsilon). Point at a pixel, and the formula shows its own numbers.
    .step3 = The further t goes, the less there is of [the picture](x0) and the more of [the noise](epsilon).
    .step3-question = Predict, then move t: where do both have the same factor?
    .step3-reveal = At t = 259: both factors are 0.71. That is early. In the other three quarters of the steps, noise has the larger one.
    .step4 = The long way is a walk of 300 small steps. Each keeps √α of what is there and adds noise of variance β. The key W changes between walk and jump.
    .step4-question = Which xₜ is noisier: the walk's or the jump's?
    .step4-option1 = The walk's: it got noise 300 times
    .step4-option2 = The jump's: it got all noise at once
    .step4-option3 = Neither: both have the same distribution
    .step4-reveal = Neither. A sum of normal noises is normal again, and what came early has faded by then. The two differ in their random numbers alone.
    .step5 = That is why there is an express train. The factors of all t steps multiply to ᾱₜ, and one jump takes [x₀](x0) to [xₜ](xt) without a stop. At t = 500 ᾱₜ is 0.079.
    .step6 = What is it good for? A network must learn from noised pictures of every t. Training draws t and [ε](epsilon) at random and jumps there: one sum instead of t steps.
    .step7 = At the last stop, t = 1000, the picture's factor is 0.006: [xₜ](xt) is noise, whatever it was. Take along: one ε and two factors make any xₜ. Next: why these factors?

## Why not simply add noise; why the root; why not standardise

lesson-why-scale = Why fade the picture?
    .about = Why noise is not simply added, why the factor is √ᾱ, and why scaling the data is no way to N(0, 1).
    .step1 = In the formula [the picture](x0) has a factor below 1. Why? Simply adding noise to it would make a noisy picture too.
    .step2 = Count the variances. [βₜ](beta) grows from 0.0001 to 0.02 and is 0.01 on average. Added up without fading, 1000 steps make noise of variance 10, ten times that of data of variance 1.
    .step3 = So the picture is faded. Say the data have variance 1, and all noise so far has variance 1−ᾱₜ.
    .step3-question = Which factor on x₀ keeps the variance of xₜ at 1?
    .step3-option1 = ᾱₜ
    .step3-option2 = √ᾱₜ
    .step3-option3 = 1 − √(1−ᾱₜ)
    .step3-reveal = √ᾱₜ. A factor counts squared in the variance, so the picture brings ᾱₜ and the noise 1−ᾱₜ: together 1. At t = 500 that is 0.28² + 0.96² = 1.
    .step4 = [Picture](signal), [inherited noise](inherited) and [new noise](new) always fill one band of height 1. Fading makes just the room that noise fills. This is called variance preserving (VP).
    .step5 = Another idea: no noise at all. Subtract the mean of the data and divide by their standard deviation. Then mean and variance are 0 and 1, as in N(0, 1).
    .step5-question = When do data that were scaled so have the distribution N(0, 1)?
    .step5-option1 = Always
    .step5-option2 = Only if they were Gaussian before
    .step5-option3 = Never
    .step5-reveal = Only if they were Gaussian before. Scaling shifts and stretches a distribution, but its shape stays: humps remain humps.
    .step6 = Look at the plot below right: [scaled data](x0) still have their humps. What noise has made of the data, [xₜ at t = 1000](xt), lies on N(0, 1).
    .step7 = [Four points](x0) remain four points, however they are scaled. Only noise puts something between them, and that is where a sampler will have to walk.
    .step8 = At t = 1000 √ᾱ is 0.006. [Any data](xt) end at the same N(0, 1), so sampling can start there. Take along: fading makes room, noise fills it. Next: what ᾱ says.
