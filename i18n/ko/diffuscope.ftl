# The words of the window, in Korean.
#
# Order, names, attributes and arguments are those of the English messages, and so are the comments. Symbols of
# mathematics (xₜ, ᾱ, σ) and names of files, formats and methods (PNG, DDIM, Euler) stand as they are.
#
# Style: labels are short nouns; sentences are in the polite style of a lecture (합니다), hints that ask the reader for
# something in -(하)세요. A full stop ends a message where one ends the English message, and nowhere else: errors stand
# within other sentences. An argument may end in a vowel or in a consonant. So no particle with two forms (은/는, 이/가,
# 을/를, 과/와, 으로/로) follows one: put a noun between ({ $file } 파일을), or use one with a single form (에서, 에, 의,
# 까지, 부터). Symbols are read as xₜ 엑스 티, x₀ 엑스 제로, ε 엡실론, ᾱ 알파 바, β 베타: x₀를, ε을, xₜ가.
# There is no plural. The English term is in brackets where a chapter or a quantity is explained first.
#
# Vocabulary:
#   picture 이미지, clean picture 원본 이미지, noised 노이즈 섞인, pixel 픽셀, channel 채널
#   figure (for slides) 그림, plot 그래프, curve 곡선, film 필름, chapter 장, scene 장면, inspector 인스펙터
#   noise 노이즈, seed 시드, inherited noise 물려받은 노이즈, new noise 새 노이즈, noise ledger 노이즈 장부
#   jump 급행열차 (passes over all steps between), walk 완행열차 (stops at every step)
#   schedule 스케줄, timestep 시점, step 단계, forward 순방향, reverse 역방향, process 과정, kernel 커널
#   signal-to-noise ratio 신호 대 잡음비, variance 분산, (standard) deviation 표준편차, share 비율, factor 계수
#   posterior 사후분포, posterior mean 사후 평균, raw weight 원시 가중치, what if 가정
#   model 모델, network 네트워크, (network) call 호출, parameter 파라미터, train 학습, iteration 반복, loss 손실
#   predictor 예측기, predicted 예측, oracle 오라클, ideal 이상적, own 자체, denoise 노이즈 제거, run 실행
#   sampler 샘플러, sample 샘플, draw (from a distribution) 뽑기, draw (by hand) 그리기, path 경로, particle 입자
#   race 경주, lane 레인, rival 경쟁자, racer 주자
#   guidance 가이던스, guidance scale 가이던스 스케일, classifier 분류기, class 클래스, score 스코어,
#   gradient 그래디언트, density 밀도, likelihood 가능도, line 직선, plane 평면, merge (steps) 합치기
#   total variation 총변동, spread 퍼짐, code 코드, pushed (through kernels) 통과시킨; rms, KL, TV, SNR stay
#   clip 클리핑, crop 자르기, rescale 재조정, amplify 증폭, export 내보내기, import 가져오기
#   undo 되돌리기, redo 다시 실행, reset 초기화, start over 처음부터 다시, stop 중지, pause 일시정지, cancel 취소

## Chapters

chapter-forward = 순방향
    .short = 순방향
    .about = 이미지가 점점 노이즈에 묻히는 순방향 과정(forward process)입니다. xₜ는 x₀와 ε을 섞은 것입니다.
chapter-schedules = 스케줄
    .short = 스케줄
    .about = 이미지가 얼마나 빨리 사라지는지는 노이즈 스케줄(schedule)이 정합니다. 같은 이미지와 같은 노이즈를 두 스케줄로 비교합니다.
chapter-ledger = 노이즈 장부
    .short = 장부
    .about = xₜ의 노이즈가 어디에서 왔는지 적은 장부(ledger)입니다. 이전 단계에서 물려받은 노이즈와 이번 단계의 새 노이즈를 나누어 적습니다.
chapter-posterior = 사후분포
    .short = 사후분포
    .about = xₜ와 x₀를 모두 안다면 xₜ₋₁은 무엇이었을까요? 그 답이 사후분포(posterior)입니다.
chapter-reverse = 역방향
    .short = 역방향
    .about = 노이즈에서 이미지로 가는 역방향 과정(reverse process)입니다. 네트워크가 노이즈라고 본 것을 한 단계씩 덜어 냅니다.
chapter-training = 학습
    .short = 학습
    .about = 네트워크가 노이즈를 알아보도록 학습(training)합니다. 학습의 한 단계와 손실, 오차, 그려 내는 샘플을 봅니다.
chapter-latent = 잠재 공간
    .short = 잠재
    .about = 잠재 확산(latent diffusion)이 그림을 그리는 오토인코더의 잠재 공간에서 이미지를 보고, 노이즈가 그곳과 픽셀에서 무엇을 망가뜨리는지 봅니다.
chapter-text = 텍스트
    .short = 텍스트
    .about = 글에서 그림을 그립니다. 한 단계의 픽셀이 어떤 낱말을 보는지, 가이던스가 무엇을 하는지 봅니다.
chapter-distributions = 분포
    .short = 분포
    .about = 1차원과 2차원에서는 확산(diffusion)의 모든 것을 정확하게 알 수 있습니다.
chapter-likelihood = 가능도
    .short = 가능도
    .about = 이미지의 −log p의 비트가 네트워크에서 하나하나 어디로 가는지, 그리고 연속 시간에서 손실이 무엇을 더해 가는지 봅니다.

group-noise = 노이즈
group-network = 네트워크
group-theory = 이론

## Formula

formula-pixel = 픽셀 ({ $x }, { $y })
formula-hover = 이미지에 포인터를 올리면 값이 나옵니다

## Figures

figure-facts = { $schedule } · t = { $t } (T = { $steps }) · 시드 { $seed }

## Kinds of schedules

schedule-kind-linear = 선형
schedule-kind-scaled-linear = 스케일 선형
schedule-kind-cosine = 코사인
schedule-kind-sigmoid = 시그모이드
schedule-kind-logsnr = 선형 log SNR
schedule-kind-constant = 상수
schedule-kind-drawn = 직접 그림
    .count = { $count }개의 조절점을 ‘스케줄’ 장에서 끌어 옮길 수 있습니다
schedule-kind-trained = 표로 된 β
    .count = { $count }개의 β를 파일에서 읽었습니다

## Menus

menu-file = 파일
menu-edit = 편집
menu-view = 보기
menu-time = 시간
menu-help = 도움말
menu-lessons = 레슨

## Commands

command-walk-instead-of-jump = 급행열차 대신 완행열차
command-jump-instead-of-walk = 완행열차 대신 급행열차
command-hide-the-other-schedule = 다른 스케줄 숨기기
command-compare-with-the-other-schedule = 다른 스케줄과 비교
command-open-image = 이미지 열기…
command-paste-image = 이미지 붙여넣기
command-open-scene = 장면이나 레슨 열기…
command-save-scene = 장면 저장…
command-import-schedule-a = 스케줄 A 가져오기…
command-import-schedule-b = 스케줄 B 가져오기…
command-export-chapter-as-figure = 그림 내보내기…
command-export-film-as-gif = 필름을 GIF로 내보내기…
command-export-film-as-apng = 필름을 APNG로 내보내기…
command-export-curves-as-csv = 곡선을 CSV로 내보내기…
command-export-curves-as-json = 곡선을 JSON으로 내보내기…
command-export-schedule-for-diffusers = diffusers용 스케줄 내보내기…
command-undo = 되돌리기
command-redo = 다시 실행
command-new-seed = 새 시드
command-start-over = 처음부터 다시
command-schedule-a-drives = 스케줄 A 기준
command-schedule-b-drives = 스케줄 B 기준
command-dark-theme = 어두운 테마
command-language = 언어: { $name }
command-formula = 숫자가 있는 수식
command-present = 발표
    .about = 이미지와 수식 하나, 타임라인을 전체 화면에 보입니다 (P)
command-turn-on = 앞으로: 레슨의 다음 단계 또는 T의 20분의 1
command-turn-back = 뒤로: 레슨의 이전 단계 또는 T의 20분의 1
command-explain = 설명
command-glossary = 용어집
command-record = 레슨 만들기
command-welcome = 첫 안내
command-inspector = 인스펙터
command-commands = 명령…
command-keys = 단축키…
command-play-or-pause = 재생 또는 일시정지
command-play-backwards-or-pause = 거꾸로 재생 또는 일시정지
command-one-step-on = 한 단계 앞으로
command-one-step-back = 한 단계 뒤로
command-ten-steps-on = 열 단계 앞으로
command-ten-steps-back = 열 단계 뒤로
command-to-t-1 = t = 1로 이동
command-to-t-t = t = T로 이동
command-quit = 종료
command-open-model = 모델 열기…
command-open-autoencoder = 오토인코더 열기…
command-export-run-as-gif = 실행을 GIF로 내보내기…
command-export-run-as-apng = 실행을 APNG로 내보내기…
command-export-runs-states = 실행의 상태 내보내기…
command-denoise-pause-or-play-the-run = 노이즈 제거 시작, 일시정지, 계속
command-denoise-anew = 처음부터 노이즈 제거
command-one-network-call = 네트워크 한 번 호출
command-denoise-other-noise = 다른 노이즈로 노이즈 제거
command-stop-denoising-or-training = 노이즈 제거 또는 학습 중지
command-save-network = 학습한 네트워크 저장…
command-go-on-training = 저장한 학습 이어서 하기…
command-train-pause-or-go-on = 학습, 일시정지, 계속
command-train-anew = 처음부터 다시 학습
command-stop-training = 학습 중지
command-train-on-this-picture = 이 이미지로 학습
command-train-on-the-data-of-the-plane = 평면의 데이터로 학습
command-stop-sampling-or-training-in-the-plane = 평면의 샘플링 또는 학습 중지
command-sample-the-plane-anew = 평면 다시 샘플링
command-plane-instead-of-line = 직선 대신 평면
command-line-instead-of-plane = 평면 대신 직선

## Quantities

# Names are set in the midst of sentences, after the symbol.
quantity-x0 = 원본 이미지
    .about = 노이즈를 더하기 전의 이미지이며, 값은 [−1, 1] 안에 있습니다.
quantity-eps = 노이즈
    .about = xₜ에 든 노이즈 전체를 픽셀과 채널마다 표준정규분포를 따르는 값 하나로 나타낸 것입니다.
quantity-xt = 노이즈 섞인 이미지
    .about = 시점 t에서 순방향 과정의 상태로, 이미지의 남은 부분에 노이즈를 더한 것입니다.
quantity-signal = 신호
    .about = xₜ에서 아직 이미지인 부분이 신호(signal)입니다. x₀가 √ᾱₜ배로 옅어진 것입니다.
quantity-inherited = 물려받은 노이즈
    .about = xₜ에서 t 이전의 단계들로부터 물려받은 노이즈(inherited noise)입니다. 이번 단계에서 √αₜ배로 줄었습니다.
quantity-new = 새 노이즈
    .about = xₜ에서 단계 t가 방금 더한 새 노이즈(new noise)입니다.
quantity-residual = 잔차
    .about = xₜ에서 세 부분의 합을 뺀 값입니다. 단정밀도의 반올림 오차일 뿐입니다.
quantity-mu-tilde = 사후 평균
    .about = xₜ와 x₀를 모두 알 때 xₜ₋₁의 가장 좋은 추정값이 사후 평균(posterior mean)입니다.
quantity-sample = 사후 샘플
    .about = q(xₜ₋₁ | xₜ, x₀)에서 한 번 뽑은 샘플로, 사후 평균에 분산이 β̃ₜ인 노이즈를 더한 것입니다.
quantity-beta = 새 노이즈 분산
    .about = 단계 t가 더하는 노이즈의 분산입니다.
quantity-alpha = 보존 비율
    .about = 단계 t에서 보존되는 분산의 비율, 곧 1 − βₜ입니다.
quantity-alpha-bar = 신호 분산
    .about = xₜ의 분산에서 아직 신호인 비율로, t까지의 α를 모두 곱한 값입니다.
quantity-sqrt-alpha-bar = 신호 계수
    .about = xₜ에서 이미지에 곱해진 계수입니다.
quantity-sqrt-one-minus-alpha-bar = 노이즈 계수
    .about = xₜ에서 노이즈에 곱해진 계수입니다.
quantity-one-minus-alpha-bar = 노이즈 분산
    .about = xₜ에 든 노이즈 전체의 분산으로, 물려받은 노이즈와 새 노이즈의 분산을 더한 값입니다.
quantity-snr = 신호 대 잡음비
    .about = 신호의 분산을 노이즈의 분산으로 나눈 값이 신호 대 잡음비(signal-to-noise ratio, SNR)입니다: ᾱₜ / (1 − ᾱₜ).
quantity-log-snr = 로그 신호 대 잡음비
    .about = SNRₜ의 자연로그입니다. 신호와 노이즈의 세기가 같으면 0입니다.
quantity-lambda = 새 노이즈 비율
    .about = xₜ의 노이즈에서 단계 t가 방금 더한 비율입니다: βₜ / (1 − ᾱₜ). μ̃ₜ에서 x₀의 정확한 가중치이기도 합니다.
quantity-one-minus-lambda = 물려받은 노이즈 비율
    .about = xₜ의 노이즈에서 단계 t 이전부터 있던 비율입니다.
quantity-beta-tilde = 사후 분산
    .about = q(xₜ₋₁ | xₜ, x₀)의 분산이 사후 분산(posterior variance)입니다. 언제나 βₜ보다 작습니다.
quantity-w0 = x₀의 원시 가중치
    .about = μ̃ₜ = w₀ x₀ + wₜ xₜ에서 x₀에 곱해진 계수입니다. 두 계수의 합은 1이 아닙니다.
quantity-wt = xₜ의 원시 가중치
    .about = μ̃ₜ = w₀ x₀ + wₜ xₜ에서 xₜ에 곱해진 계수입니다. 두 계수의 합은 1이 아닙니다.
quantity-w-sum = 원시 가중치의 합
    .about = (√αₜ + √ᾱₜ₋₁) / (1 + √αₜ √ᾱₜ₋₁): t > 1이면 언제나 1보다 작습니다.
quantity-vlb-weight = 변분 손실 가중치
    .about = σₜ² = βₜ일 때 변분 하한(variational lower bound)에서 ‖ε − ε̂‖²에 곱해진 계수입니다.
quantity-eps-hat = 예측 노이즈
    .about = 예측기가 xₜ에 든 노이즈라고 본 것입니다.
quantity-x0-hat = 예측 이미지
    .about = 예측 노이즈가 맞다고 볼 때의 원본 이미지로, xₜ에서 예측 노이즈를 빼고 남은 것을 다시 키운 것입니다.
quantity-mu-theta = 단계의 평균
    .about = 이 단계가 스스로 노이즈를 더하기 전에 도달하는 곳입니다.
quantity-x-prev = 다음 상태
    .about = 이 단계를 마친 상태입니다. 단계의 평균이며, 노이즈를 더하는 샘플러라면 새로 뽑은 노이즈를 더한 것입니다.
quantity-clean-mean = 원본 데이터의 평균
    .about = xₜ가 나올 수 있었던 모든 데이터의 평균으로, 이상적인 네트워크가 예측하는 값입니다.
quantity-score = 스코어
    .about = 노이즈 섞인 데이터의 밀도가 가장 빠르게 커지는 방향을 스코어(score)라고 합니다.
quantity-class-score = 클래스 스코어
    .about = 한 클래스의 데이터만 볼 때의 스코어입니다.
quantity-classifier-gradient = 분류기 그래디언트
    .about = 노이즈 섞인 데이터를 보는 분류기가 그 클래스를 더 확신하게 되는 방향입니다.
quantity-z0 = 잠재 표현
    .about = 오토인코더의 인코더가 이미지를 훨씬 적은 수로 나타낸 것(latent)입니다. 채널을 색으로 보여 줍니다.
quantity-zt = 노이즈가 섞인 잠재 표현
    .about = 순방향 과정을 t단계 거친 잠재 표현입니다. 노이즈를 픽셀이 아니라 잠재 표현에 더합니다.
quantity-decoded = 디코딩한 이미지
    .about = 오토인코더의 디코더가 잠재 표현에서 만든 이미지입니다.
quantity-attention = 어텐션
    .about = 픽셀이 낱말에 나눠 주는 어텐션(attention)의 몫으로, 0과 1 사이입니다. 시작, 끝, 채움까지 모두 더하면 1입니다.
quantity-loss = 손실
    .about = 네트워크가 예측한 값의 평균 제곱 오차(loss)를 이미지, 노이즈, 시점에 대해 평균한 것입니다.
quantity-guided-score = 가이던스 스코어
    .about = 스코어에 분류기 그래디언트를 w배 해서 더한 것입니다.
quantity-bound = 변분 하한
    .about = −log p(x₀)에 대한 변분 상한으로, 어떤 이미지인지 말하는 데 이만큼의 비트면 충분합니다.
quantity-elbo-prior = 인코더의 끝
    .about = 마지막 상태가 순수한 노이즈에서 아직 얼마나 먼지를 나타내며, 스케줄만으로 정해집니다.
quantity-elbo-step = 디노이저의 단계
    .about = 네트워크의 단계가 정확한 사후분포에서 얼마나 먼지를 나타내며, 비트의 대부분이 여기에 듭니다.
quantity-elbo-data = 디코더의 밝기 값
    .about = x₁을 알 때 각 값이 256단계 가운데 어느 것인지 말하는 데 드는 비트입니다.
quantity-continuous-loss = 연속 시간 손실
    .about = 단계가 한없이 많을 때 −log p의 경계에서 남는 것으로, SNR에 대한 이상적인 디노이저의 오차 아래 넓이의 절반입니다.
quantity-mmse = 이상적인 디노이저의 오차
    .about = E[x₀ | xₜ]의 평균 제곱 오차로, 어떤 디노이저도 이보다 작을 수 없습니다. SNR만으로 정해집니다.

## Pictures

picture = 이미지 { $symbol } · { $name }
picture-of-lane = 이미지 { $symbol } · { $name } · 레인 { $lane }
picture-save = 이 이미지 저장…
picture-copy = 이 이미지 복사
picture-whole = 이미지 전체 보기

## Film strips

film-frame = 스케줄 { $side }, t = { $t }

## Inspector

noise = 노이즈
noise-seed = 시드
noise-new = 새로
    .about = 노이즈를 새로 뽑습니다 (N)
noise-jump = 급행열차
    .about = 중간 단계에 서지 않는 급행(jump)입니다. 모든 t에 같은 ε 하나를 씁니다: xₜ = √ᾱₜ x₀ + √(1−ᾱₜ) ε
noise-walk = 완행열차
    .about = 단계마다 서는 완행(walk)입니다. 진짜 마르코프 연쇄로, 단계마다 이전 노이즈를 줄여 간직하고 새 노이즈를 더합니다
pictures = 이미지
show-as = 표시 방식
show-as-clip = 클리핑
    .about = [−1, 1] 범위를 검정 … 하양으로 나타내고, 벗어난 값은 잘라 냅니다
show-as-rescale = 재조정
    .about = 표준편차로 나누어 포화되는 값이 없게 합니다
show-as-signed = 부호
    .about = 0보다 작으면 파랑, 크면 주황으로 나타냅니다. 채널의 평균을 씁니다
pixels = 픽셀
pixels-sharp = 또렷하게
    .about = 픽셀마다 정사각형 하나로 그립니다
pixels-smooth = 부드럽게
    .about = 확대할 때는 보간하고 축소할 때는 평균합니다
picture-size = 이미지 크기
picture-pixels = { $size } px
fit = 맞춤
fit-crop = 자르기
    .about = 이미지 가운데의 정사각형만 씁니다
fit-whole = 전체
    .about = 이미지 전체를 쓰고, 긴 변을 이 길이에 맞춥니다
section-scene = 장면
values-at-equal-snr = 같은 SNR에서
values-at = t = { $t }에서

## Top bar

## 함께 제공되는 데이터의 클래스

class-t-shirt = 티셔츠
class-trousers = 바지
class-pullover = 스웨터
class-dress = 원피스
class-coat = 코트
class-sandal = 샌들
class-shirt = 셔츠
class-sneaker = 운동화
class-bag = 가방
class-ankle-boot = 앵클부츠
class-animals = 동물
class-food = 음식
class-faces = 얼굴

commands = 찾기
    .about = 명령, 용어, 레슨, 파일 (Ctrl K)
compare = 비교
    .about = 같은 노이즈로 스케줄 A 옆에 스케줄 B를 보여 줍니다 (C)
menu-samples = 예제 이미지
# Pictures that come with the program; the short name stands beside the size.
sample-chelsea = 고양이 첼시
    .short = 첼시
sample-astronaut = 우주비행사 아일린 콜린스
    .short = 우주비행사
sample-coffee = 커피 한 잔
    .short = 커피
sample-camera = 카메라맨 (흑백)
    .short = 카메라맨
sample-rocket = 팰컨 9 로켓의 DSCOVR 발사
    .short = 로켓
sample-coins = 폼페이의 그리스 동전 (흑백)
    .short = 동전
sample-hubble = 허블 익스트림 딥 필드
    .short = 허블
menu-recent = 최근 파일
schedule-of-side = 스케줄 { $side }

## Status bar

job-cancel = 취소
device-none = 장치 없음
device-processor = CPU · 스레드 { $threads }개 · { $simd }
device-software = { $name } · { $backend } · 소프트웨어
status-ready = 준비됨
status-frame = 프레임 { $ms } ms
status-keys = ? 단축키

## Timeline

time-first = t = 1로 이동
time-first-keys = Home
time-back = 한 단계 뒤로
time-back-keys = ←, Shift를 누르면 열 단계
time-pause = 일시정지
time-play = 재생
time-play-keys = 스페이스
time-play-backwards = 거꾸로 재생
time-play-backwards-keys = Shift + 스페이스
time-on = 한 단계 앞으로
time-on-keys = →, Shift를 누르면 열 단계
time-last = t = T로 이동
time-last-keys = End
time-speed = 속도
time-speed-unit = 단계/초
time-of = / { $steps }
axis = 시간 축
axis-timestep = 시간 축: 시점(타임스텝) t
axis-log-snr = 시간 축: 신호 대 잡음비의 로그
timestep = 시점

## Plots

plot-at = 그래프: { $title }, t = { $t }

## Schedules in the inspector

schedule-of-kind = 스케줄 { $side } · { $kind }
schedule-zero-signal = T에서 신호 0
    .about = √ᾱ를 평행 이동하고 늘여 T에서 신호가 전혀 남지 않게 합니다 (Lin 외 2023)
schedule-draw = 이 곡선에서 그리기
    .about = 이 스케줄을 조절점이 있는 곡선으로 바꿉니다. 조절점은 ‘스케줄’ 장에서 끌어 옮길 수 있습니다
schedule-steps = 단계 수 T
signal-left = T에서 √ᾱ = { $amplitude }, 0에 가깝지 않음
    .about = 실행은 순수 노이즈에서 출발하는데, T = { $steps }에서도 이미지 진폭의 { $percent }%가 남아 있습니다 (√ᾱ_T = { $amplitude })
signal-left-of-side = { $side }: T에서 √ᾱ = { $amplitude }, 0에 가깝지 않음
schedule-scale = β를 T에 맞추기
    .about = T = 1000에 맞게 정해진 β에 1000/T를 곱합니다 (최대 0.999)
schedule-scale-of-side = { $side }: β를 T에 맞추기
schedule-parameter-beta-start = β 처음
schedule-parameter-beta-end = β 끝
schedule-parameter-beta = β
schedule-parameter-s = 오프셋 s
schedule-parameter-logsnr-max = log SNR (t = 1)
schedule-parameter-logsnr-min = log SNR (t = T)

## Chapter Forward

forward-seed = 시드 { $seed }
forward-numbers-of = 스케줄 { $side }의 수입니다.
forward-shares = 신호와 노이즈: 분산의 비율
forward-pixels-of-side = { $side }에서 xₜ의 픽셀과 N(0, 1)
forward-pixels = xₜ의 픽셀과 N(0, 1)
forward-histogram = xₜ의 히스토그램
forward-histogram-of = xₜ의 히스토그램: 평균 { $mean }, 분산 { $variance }
forward-distance = xₜ: N(0, 1)까지의 거리
forward-mean = 평균
    .about = 모든 픽셀과 채널의 평균
forward-variance = 분산
    .about = 모든 픽셀과 채널의 분산
forward-kl = KL
    .about = 이 평균과 분산을 가진 가우시안의 N(0, 1)에 대한 쿨백–라이블러 발산 (nat 단위)
forward-ks = KS
    .about = 콜모고로프–스미르노프: 픽셀의 분포와 N(0, 1) 사이의 가장 큰 거리

## Kinds of noise

noise-kind-jump = 급행열차
noise-kind-walk = 완행열차

## Chapter Schedules

schedules-curve = { $symbol } { $name } — 실선 { $solid }, 점선 { $dashed }
schedules-curve-logarithmic = { $symbol } { $name }, 로그 눈금 — 실선 { $solid }, 점선 { $dashed }
schedules-log-snr = log SNRₜ — 이미지와 노이즈의 세기가 같으면 0
schedules-draw = log SNRₜ
    .hint = 점을 끌어 옮기세요. 더블클릭으로 추가, 오른쪽 클릭으로 삭제
schedules-drawn = 직접 그린 스케줄: log SNR의 조절점
schedules-snr = SNR { $snr }
schedules-signal-shows = ⚠ T에 남은 신호: √ᾱ = { $amplitude } (분산의 { $share }). 이미지의 밝기가 비쳐 보입니다
schedules-signal = T에 남은 신호: √ᾱ = { $amplitude }, 분산의 { $share }
schedules-options = 스케줄
schedules-choice = 곡선
schedules-log-axis = 로그 눈금
    .about = 세로축을 10의 거듭제곱으로 나눕니다
schedules-all-kinds = 다른 종류 모두
    .about = 다른 종류의 스케줄도 모두 기본값으로 흐리게 그립니다
schedules-equal-t = 같은 t
    .about = 두 스케줄을 같은 시점에서 봅니다
schedules-equal-snr = 같은 SNR
    .about = 다른 스케줄은 신호 대 잡음비가 가장 가까운 시점에서 봅니다
schedules-pictures-at = 이미지 비교 기준

## Chapter Noise ledger

ledger-inherited = 물려받은 노이즈
ledger-new = 새 노이즈
ledger-variance = 분산 { $share }
ledger-amplified = ×{ $factor } 증폭
ledger-residual = 잔차 rms { $rms }
ledger-shares = 노이즈의 비율: 물려받은 노이즈 1−λₜ, 새 노이즈 λₜ
    .short = 노이즈의 비율
ledger-variances = xₜ의 분산: 신호 + 물려받은 노이즈 + 새 노이즈 = 1
    .short = xₜ의 분산
ledger-past = 지난 각 단계가 아직 보태는 분산
    .short = 지난 단계들의 분산
ledger-bars = 막대: xₜ의 노이즈에서 지난 각 단계가 차지하는 비율
ledger-triangle = 분산은 더해지지만 표준편차는 더해지지 않습니다
    .short = 표준편차는 더해지지 않습니다
    .asked = 삼각형의 변으로 그린 표준편차
ledger-step = { $steps }단계 중 { $step }단계
ledger-few-steps = { $steps }단계 중 { $step }단계: t = { $before } → { $t }
ledger-options = 노이즈 장부
ledger-amplify = 새 노이즈 증폭
    .about = 새 노이즈를 노이즈 전체만큼 강하게 보여 줍니다. 배율은 이미지 위에 적힙니다
ledger-steps = 살펴볼 단계 수
ledger-all-steps = 전체
    .about = 스케줄의 모든 단계
ledger-fewer-steps = 같은 스케줄을 적은 단계로 봅니다. 물려받은 노이즈와 새 노이즈가 비슷한 크기가 됩니다
ledger-areas = 넓이가 나타내는 값
ledger-areas-variance = 분산
    .about = 신호, 물려받은 노이즈, 새 노이즈: 합은 1입니다
ledger-areas-share = 비율
    .about = 노이즈에서 물려받은 노이즈와 새 노이즈가 차지하는 비율: 1 − λₜ, λₜ

## Channels, within a sentence

channel-grey = 회색
channel-red = 빨강
channel-green = 초록
channel-blue = 파랑

## Chapter Posterior

posterior-what-if-at = t = { $t } · 가정
posterior-known = 주어짐
posterior-mean = 평균
posterior-drawn = 뽑음, σ = { $sigma }
posterior-lever = 지렛대: x₀에서 얻은 추정값의 가중치
posterior-what-if = 가정: βₜ = { $beta } (스케줄의 원래 값은 { $own })
posterior-drag = 끌어 보세요. 이 한 단계가 노이즈를 더 많이 더했다면? 새 노이즈가 많을수록 x₀를 더 믿습니다
posterior-weights = 가중치
posterior-variances = 분산, 로그 눈금
posterior-pixel = 픽셀 ({ $x }, { $y })의 xₜ₋₁, { $channel }
    .hint = 이미지를 클릭해 고르세요
posterior-from-x0 = x₀에서
posterior-from-xt = xₜ에서
posterior-product = 둘의 곱
posterior-gaussians = 그래프: 이 픽셀의 세 가우시안
# Numbers stand in columns of equal width: three spaces keep them apart.
posterior-numbers = 평균 { $mean }   σ { $deviation }
posterior-options = 사후분포
posterior-beta = 단계의 β
posterior-reset = 초기화
    .about = 스케줄의 원래 β로 돌아갑니다
posterior-red = 빨강
posterior-green = 초록
posterior-blue = 파랑
posterior-channel = 채널

## Writing a lesson

record-steps =
    { $steps ->
       *[other] { $steps }단계
    }
record-title = 제목
record-words = 이 단계에서 할 말
record-hint = 보여 줄 장면을 만들고, 할 말을 적은 뒤, 단계로 추가하세요.
record-light = { $count ->
    [0] 밝힐 것
   *[other] 밝힐 것: { $count }
}
record-light-about = 설명하는 것만 밝게 두고 나머지는 흐리게 합니다. 아무것도 고르지 않으면 모두 밝습니다.
record-light-all = 모두 밝게
record-plots = 발표 화면
record-plots-about = 이 단계를 발표할 때 보일 것입니다.
record-plots-none = 이미지만
record-plots-all = 이미지와 그래프
record-plots-these = 이 그래프만 크게:
record-question = 질문
    .asked = 질문 ✓
    .incomplete = 질문 …
record-question-about = 배우는 사람이 먼저 예측한 뒤에 실제로 어떻게 되는지 봅니다.
record-question-none = 없음
record-question-choose = 고르기
record-question-slide = t 옮기기
record-question-ask = 질문
record-question-answers = 답, 한 줄에 하나씩
record-question-right = 맞는 답
record-question-timestep = 맞는 t
record-question-tolerance = 맞는 것으로 볼 차이
record-question-reveal = 답한 뒤에 할 말
record-question-missing = 질문할 말, 고르는 질문이라면 답 두 개에서 여섯 개, 답한 뒤에 할 말이 필요합니다.
record-take = 단계로 추가
record-take-back = 마지막 단계 지우기
record-save = 저장…
record-end = 그만두기
record-lost = 레슨 만들기를 그만둘까요? 저장하지 않은 것은 사라집니다.
record-discard = 그만두기
record-go-on = 계속 만들기
record-untitled = 제목 없는 레슨
dialog-save-lesson = 레슨 저장
files-lessons = 레슨

## Explanations

explain-see = 보이는 것
explain-try = 해 보기
explain-notice = 눈여겨볼 것

## Undo

undone = 되돌렸습니다: { $what }
    .none = 더 되돌릴 것이 없습니다.
redone = 다시 실행했습니다: { $what }
    .none = 다시 실행할 것이 없습니다.
part-chapter = 보이는 장
part-image = 이미지
part-fit = 이미지 크기
part-schedule-a = 스케줄 A
part-schedule-b = 스케줄 B
part-compare = 비교
part-active = 기준 스케줄
part-t = 시점 t
part-seed = 시드
part-noise = 노이즈 방식
part-show-as = 이미지 표시 방식
part-zoom = 픽셀 표시
part-axis = 시간 축
part-of-chapter = { $chapter }: { $parts }
# Options of chapter schedules, as undo names them.
part-schedules-curve = 곡선 선택
part-schedules-log-axis = 로그 눈금
part-schedules-pace = 비교 기준
part-schedules-all-kinds = 모든 스케줄 함께 보기
# Options of chapter ledger, as undo names them.
part-ledger-amplify = 새 노이즈 증폭
part-ledger-few-steps = 단계 수
part-ledger-shares = 노이즈의 비율
# Options of chapter posterior, as undo names them.
part-posterior-pixel = 픽셀
part-posterior-channel = 채널
part-posterior-beta = 이 단계의 β
# Options of chapter reverse, as undo names them.
part-reverse-model = 네트워크
part-reverse-data = 아는 이미지
part-reverse-class = 클래스
part-reverse-guidance-scale = 가이던스 스케일
part-reverse-start = 출발점
part-reverse-start-t = 출발 시점 t
part-reverse-size = 이미지 크기
part-reverse-lane-predictor = 예측하는 쪽
part-reverse-lane-sampler = 샘플러
part-reverse-lane-steps = 단계 수
part-reverse-spacing = 시점 간격
part-reverse-step-to = 단계의 도착점
part-reverse-rivals = 경쟁자
part-reverse-slow = 느린 동작
part-reverse-own-iterations = 내 네트워크의 학습 횟수
# Options of chapter distributions, as undo names them.
part-distributions-space = 직선과 평면
part-distributions-line-shape = 직선의 데이터
part-distributions-line-x = 점
part-distributions-line-from = 경로의 출발점
part-distributions-line-paths = 경로 수
part-distributions-line-merge = 한 단계의 길이
part-distributions-line-aspect = 직선에서 볼 것
part-distributions-line-start = 출발 분포
part-distributions-plane-subject = 평면에서 볼 것
part-distributions-plane-data = 평면의 데이터
part-distributions-plane-process = 과정
part-distributions-plane-sampler = 샘플러
part-distributions-plane-particles = 점의 수
part-distributions-plane-density = 밀도
part-distributions-plane-contours = 등고선
part-distributions-plane-vectors = 화살표
part-distributions-plane-point = 점
part-distributions-plane-learned = 학습한 스코어
part-distributions-plane-racers = 경쟁자
part-distributions-plane-class = 클래스
part-distributions-plane-scale = 가이던스 스케일
part-distributions-plane-target = 네트워크의 예측 대상
part-distributions-plane-hidden = 네트워크의 너비
part-distributions-plane-iterations = 학습 횟수
# Options of chapter training, as undo names them.
part-training-subject = 볼 것
part-training-data = 데이터
part-training-size = 이미지 크기
part-training-network = 네트워크 크기
part-training-target = 예측 대상
part-training-loss = 손실의 가중치
part-training-gamma = 학습하는 스케줄
part-training-rival = 경쟁자
part-training-learning-rate = 학습률
part-training-batch = 배치 크기
part-training-iterations = 학습 횟수
part-training-ema = 가중치 평균
part-training-class-dropout = 클래스 드롭아웃
part-training-averaged = 가중치 선택
part-training-picture = 따로 둔 이미지
part-training-slow = 느린 동작
# Options of chapter latent, as undo names them.
part-latent-part = 보여 줄 것
part-latent-autoencoder = 오토인코더
part-latent-side = 이미지 크기
part-latent-equal = 무엇이 같은지
part-latent-to = 도착할 이미지
# Options of chapter text, as undo names them.
part-text-part = 보이는 것
part-text-pipeline = 파이프라인
part-text-prompt = 프롬프트
part-text-negative-prompt = 부정 프롬프트
part-text-other-prompt = 다른 프롬프트
part-text-guidance-scale = 가이던스 세기
part-text-num-inference-steps = 단계 수
part-text-noise-level = 작은 이미지에 넣는 노이즈
part-text-word = 살펴보는 낱말
part-text-layer = 어텐션 층
part-text-head = 어텐션 헤드
# Options of chapter likelihood, as undo names them.
part-likelihood-part = 부분
part-likelihood-bound-aspect = 하한에서 볼 것
part-likelihood-bound-variance = 역방향 단계의 분산
part-likelihood-bound-clip = 클리핑
part-likelihood-bound-times = 시점의 수
part-likelihood-bound-class = 클래스
part-likelihood-bound-log = 로그 눈금
part-likelihood-bound-pixel = 픽셀
part-likelihood-bound-batch = 함께 볼 다른 이미지
part-likelihood-shape = 직선의 데이터
part-likelihood-log-snr = 스케줄의 두 끝
part-likelihood-schedule = 선택한 스케줄
part-likelihood-drawn = 그린 스케줄

## The first start

welcome = 여기서는 모든 것이 t와 함께 움직입니다. 어디서 시작할까요?
welcome-lesson = 첫 레슨 시작
welcome-picture = 내 이미지 열기
welcome-denoise = 노이즈 제거
welcome-draw = 글로 그리기
welcome-nothing = 나중에

## Lessons

lesson-progress = { $step } / { $steps }
lesson-next = 다음
lesson-back = 이전
lesson-end = 마침
lesson-next-lesson = 다음 레슨
lesson-restart = 처음부터
    .about = 첫 단계로 갑니다
lesson-leave = 나가기
    .about = 레슨을 끝내고 레슨 전의 장면으로 돌아갑니다
lesson-right = 맞습니다.
lesson-wrong = 아닙니다.
lesson-close = 거의 맞습니다. 고른 값은 t = { $t }입니다.
lesson-far = 아닙니다. 고른 값은 t = { $t }입니다.
lesson-check = 여기로 답하기: t = { $t }

## Notices, palette, keys

notice-close = 닫기
glossary-hint = 용어집에서 찾기
palette-hint = 명령, 용어, 레슨, 파일 찾기
palette-keys = ↑ ↓ 고르기 · Enter 열기 · Esc 닫기
notice-explain-rests = 지금은 수업이 화면을 설명합니다. 장의 설명은 수업이 끝나면 다시 볼 수 있습니다.
search-nothing = 검색 결과가 없습니다.
search-near = 검색 결과가 없습니다. 비슷한 것:
search-term = 용어
search-lesson = 레슨
search-sample = 예시 이미지
search-recent = 최근 파일
search-model = 모델
term-see = 함께 보기:
term-show-me = 화면에서 보기
keys = 단축키
keys-mouse = 이미지: 스크롤로 확대와 축소, 끌어서 이동, 더블클릭으로 전체 보기, 오른쪽 클릭으로 저장과 복사. 그래프: 끌면 t가 움직입니다.
keys-close = 닫기
keys-black-screen = 화면을 검게 하기 (청중이 강의자를 보도록)
drop-hint = 이미지, 장면, 모델 폴더, scheduler_config.json 파일을 여기에 놓으세요
replace = 덮어쓰기
replace-title = { $name } 파일을 덮어쓸까요?
replace-text = { $folder } 폴더에 같은 이름의 파일이 이미 있습니다. 덮어쓰면 그 내용은 사라집니다.
replace-cancel = 취소

## Notices

scene-not-kept = 예기치 않은 종료에 대비해 장면을 보관하지 못하고 있습니다: { $reason }
job-cancelled = 취소했습니다
picture-stays = { $reason }. 이전 이미지를 그대로 둡니다
pictures-from-processor = { $reason }. 이제부터 이미지는 프로세서가 계산합니다.
window-title = { $picture } – diffuscope

## Files

dialog-open-image = 이미지, 장면, 레슨 열기
dialog-open-scene = 장면이나 레슨 열기
dialog-import-schedule = 스케줄 가져오기
dialog-save-scene = 장면 저장
dialog-save-picture = 이미지 저장
dialog-export-figure = 그림 내보내기
dialog-export-film = 필름 내보내기
dialog-export-table = 내보내기
dialog-all-files = 모든 파일
files-opened = 이미지, 장면, 레슨
files-scenes = 장면
# A dialog of the system could not open; it says why.
dialog-typed-open = 파일 대화 상자를 열 수 없습니다: { $reason }. 파일의 경로를 여기에 적거나 붙여넣고, 아니면 창에 끌어다 놓거나 diffuscope PATH 명령으로 시작하세요.
    .do = 열기
dialog-typed-folder = 파일 대화 상자를 열 수 없습니다: { $reason }. 폴더의 경로를 여기에 적거나 붙여넣고, 아니면 창에 끌어다 놓으세요.
    .do = 선택
dialog-typed-save = 파일 대화 상자를 열 수 없습니다: { $reason }. 저장할 경로를 적어 주세요. 이미 있는 파일은 묻지 않고 덮어쓰지 않습니다. 명령줄에서도 저장할 수 있습니다: diffuscope --help
    .do = 저장
dialog-typed-path = / 또는 ~/로 시작하는 경로
files-copied = 파일 { $count }개가 복사되어 있어서 첫 번째 { $name } 파일을 엽니다
picture-copied = 이미지를 복사했습니다
schedule-imported = 스케줄 { $side }: { $kind }, { $path }에서 가져옴
saved = { $path } 파일을 저장했습니다

## Errors

# In English these are what the command line says. Where an argument is called $cause, it is a whole English sentence,
# and a message of another language puts a few words of its own before it. $reason and $advice are English clauses.
error-file-not-found = { $path }: 그런 파일이 없습니다. 경로를 확인하세요
error-file-folder = { $path }: 폴더입니다. 그 안의 파일을 고르세요
# Reading a device, a pipe or a socket may never end.
error-file-special = { $path }: 파일이 아니라 { $kind ->
    [pipe] 파이프
    [socket] 소켓
   *[device] 장치
 }입니다. 내용을 파일로 저장한 뒤 그 파일을 여세요
error-file-too-large = { $path }: 너무 큽니다 ({ $limit } 초과)
error-file-memory = { $path }: { $shortage }. 다른 프로그램을 닫거나 더 작은 파일을 쓰세요
error-file-not-text = { $path }: UTF-8 텍스트가 아닙니다
error-file-unreadable = { $path }: 읽을 수 없습니다 ({ $reason }). 파일의 권한과 디스크를 확인하세요
# Why the dialog did not open, as part of the sentences that begin with "No file dialog can open".
error-dialog-no-bus = 세션 버스가 없어 xdg-desktop-portal을 쓸 수 없고, zenity도 없습니다. { $advice }
error-dialog-no-portal = xdg-desktop-portal에 파일 대화 상자가 없고({ $cause }), zenity도 없습니다. { $advice }
error-dialog-install-by = ‘{ $command }’ 명령으로 설치할 수 있습니다
error-dialog-install = { $package } 패키지를 설치하세요
error-dialog-not-shown = xdg-desktop-portal이 대화 상자를 보여 주지 않았습니다
error-dialog-zenity = zenity에서 오류가 났습니다({ $cause })
error-dialog-thread = 대화 상자의 응답을 기다릴 수 없습니다({ $cause })
error-dialog-ended = 대화 상자가 응답 없이 끝났습니다
error-memory = 메모리가 { $needed } GB 필요하지만 { $available } GB만 남아 있습니다
error-picture = 이미지 오류: { $cause }
error-picture-gone = { $name }: 그런 이미지가 없습니다. 다른 이미지를 고르세요
error-picture-empty = { $name }: 파일이 비어 있습니다. 다시 복사하거나 내려받으세요
error-picture-format = { $name }: 읽을 수 있는 이미지가 아닙니다. PNG, JPEG, WebP, GIF, BMP, TIFF 파일을 여세요
error-picture-unsupported = { $name }: 이런 종류의 { $format } 파일은 읽을 수 없습니다 ({ $reason }). PNG나 JPEG로 변환하세요
error-picture-too-large = { $name }: 너무 큽니다 ({ $what }). 먼저 크기를 줄이세요
error-picture-no-pixels = { $name }: 이미지에 픽셀이 없습니다 ({ $width } × { $height }). 다른 이미지를 고르세요
error-picture-damaged = { $name }: { $format } 데이터가 손상되었거나 중간에 끊겼습니다 ({ $reason }). 다시 복사하거나 내려받으세요
error-clipboard = 클립보드: { $reason }; { $advice }
error-write = { $name }: 저장할 수 없었습니다 ({ $reason }); { $advice }
error-write-stopped = { $name }: 끝나기 전에 중지되어 아무것도 저장하지 않았습니다. 파일이 필요하면 다시 시작하세요
# The schedule's β's come from a table; $side is A or B.
error-fixed-steps = 스케줄 { $side }의 β 표 때문에 T = { $steps } 값은 바꿀 수 없습니다. T를 바꾸려면 다른 스케줄을 고르세요
error-out-of-range = { $field } 값이 { $value }입니다. 허용 범위: { $range }
error-scene-invalid = { $path } 파일은 diffuscope 장면이 아닙니다: { $reason }
error-scene-newer = { $path } 파일은 더 새로운 버전의 diffuscope에서 저장했습니다 (장면 버전 { $version }, 이 프로그램이 읽는 버전 { $reads })
error-scene-impossible = { $path }: { $reason }
error-network = 네트워크 오류: { $cause }
error-network-unreadable = 네트워크 오류: { $name }: { $reason }; { $advice }
error-network-pickle = { $name }: 피클(pickle)은 여는 순간 어떤 코드든 실행할 수 있으므로 열지 않습니다; { $advice }
error-network-damaged = { $name }: 가중치가 손상되었거나 중간에 끊겼습니다 ({ $reason }). 파일을 다시 복사하거나 내려받으세요
error-network-memory = { $shortage }. 더 작은 네트워크나 이미지를 쓰거나 다른 프로그램을 닫으세요
error-network-too-large = 이 네트워크는 { $width }×{ $height } 이미지를 만들지만, 창은 { $most }×{ $most }까지만 보여 줍니다. diffuscope sample 명령으로 만들 수 있습니다
error-no-picture = 알려 줄 이미지가 없습니다. 이미지를 여세요
error-not-trained = 이 이미지로 학습한 네트워크가 아직 없습니다. ‘이 이미지로 학습’을 누르세요
error-nothing-trained = 아직 학습한 것이 없습니다. 학습을 시작하세요
error-channels = 네트워크가 받는 채널은 { $expected }개인데 실행의 채널은 { $found }개입니다
error-threads = 작업 스레드를 시작할 수 없습니다: { $cause }
error-worker-panic = 작업 스레드가 내부 오류로 멈춰서 다시 시작했습니다 ({ $cause })
error-data = 데이터 오류: { $cause }
error-lesson = 레슨을 재생할 수 없습니다: { $cause }
error-lesson-file = { $path } 파일은 레슨이 아닙니다: { $cause }
error-schedule = 스케줄 오류: { $cause }
error-scheduler = 스케줄러 오류: { $cause }
error-sampler = 샘플러 오류: { $cause }
error-likelihood = 가능도 오류: { $cause }
error-likelihood-no-signal = t = { $t }에는 신호가 남아 있지 않아서 ε̂으로 x̂₀을 구할 수 없고, 변분 하한이 무한대입니다. ‘역방향’에서 v나 x₀을 예측하는 네트워크, 또는 신호가 조금 남는 스케줄의 네트워크를 고르세요.
error-likelihood-no-variance = 이 네트워크는 분산을 내놓지 않습니다. β̃ₜ나 βₜ를 고르세요.
error-analysis-channels = 이 네트워크는 채널이 { $channels }개인데, 그런 이미지는 없습니다. 다른 네트워크를 고르세요.
error-analysis-enlarges = { $name }: 이미지를 확대하기만 하고 스스로 그리지는 못하는 파이프라인입니다. 작은 이미지를 그리는 파이프라인을 고르세요.
error-analysis-one-stage = { $name }: 한 단계로 그리는 파이프라인입니다. 이미지를 확대하는 super_resolution 폴더가 있는 파이프라인을 고르세요.
error-analysis-not-finite = 네트워크의 출력에 숫자가 아닌 값이 있습니다. 가중치가 손상되었으니 다시 복사하거나 내려받으세요.
error-analysis-sample = { $name }: 프로그램에 들어 있지 않은 이미지입니다.
error-training = 학습 오류: { $cause }
error-graphics = 그래픽 오류: { $cause }
error-graphics-memory = 그래픽 장치의 메모리가 부족합니다: { $cause }. 더 작은 이미지를 쓰거나 다른 프로그램을 닫으세요
error-graphics-lost = 그래픽 장치를 쓸 수 없게 되었습니다: { $cause }. 프로그램을 다시 시작하거나 CPU를 쓰세요

## Work in the background

# A mistake in the program; the work is what the title says.
job-broken = { $title }: { $reason }
job-preparing = 이미지 준비 중
job-opening = 이미지 여는 중
job-pasting = 붙여넣는 중
job-film = 필름 내보내는 중
job-figure = 그림 내보내는 중

## After an unexpected end

recovery-found = 지난번에 프로그램이 예기치 않게 끝났습니다. 그때의 장면이 남아 있습니다
recovery-take = 되살리기
recovery-dismiss = 버리기

## Settings

settings-unwritable = 설정과 장면을 저장해 둘 수 없습니다: { $reason }
settings-damaged = { $path } 파일이 손상되었습니다
settings-damaged-so = { $path } 파일이 손상되었습니다 ({ $reason })
settings-anew = 설정을 새로 시작합니다: { $reason }. 이전 파일은 { $old }에 남겨 두었습니다
settings-anew-lost = 설정을 새로 시작합니다: { $reason }. 이전 파일은 남겨 둘 수 없었습니다 ({ $error })
settings-set-back = 쓸 수 없는 설정을 기본값으로 되돌렸습니다: { $names }. 이전 파일은 { $old }에 남겨 두었습니다
settings-set-back-lost = 쓸 수 없는 설정을 기본값으로 되돌렸습니다: { $names }. 이전 파일은 남겨 둘 수 없었습니다 ({ $error })

## Chapter Reverse

# t is a timestep from 1 to T; T is noise. A run goes from T to the picture, one or two network calls a step. Its
# lanes start from the same noise; all but the first are rivals. x̂₀ is the predicted picture, ε̂ the predicted noise.

# The inspector: the network

reverse-model = 모델
reverse-model-open = 열기…
    .about = diffusers 형식의 폴더를 엽니다 (Ctrl M, 또는 창에 끌어다 놓기)
reverse-model-opening = 여는 중…
reverse-model-not-open = 열려 있지 않음
# The number of parameters in millions, and channels × height × width of the samples.
reverse-model-size = 파라미터 { $millions } M · { $shape }
reverse-model-schedule = 학습 스케줄: { $schedule }, T = { $steps }
reverse-model-other-schedule = 장면의 스케줄과 다릅니다
reverse-model-take-schedule = 모델의 스케줄과 샘플러 쓰기
    .about = 네트워크는 자기가 학습한 스케줄의 노이즈만 압니다. 모델의 폴더에 적힌 샘플러는 { $sampler }입니다
reverse-class = 클래스
reverse-class-none = 클래스 없음
reverse-guidance-scale = 가이던스 스케일
    .about = 가이던스 스케일(guidance scale): 1이면 가이던스가 없고, 클수록 클래스의 특징이 뚜렷해집니다

# The inspector: the run

reverse-run = 실행
reverse-predictor = 예측기
reverse-predictor-network = U-Net
    .about = 무엇이 노이즈인지 네트워크가 예측합니다
reverse-predictor-oracle = 오라클
    .about = x₀를 이미 아는 예측기(oracle)입니다. 단계마다 xₜ와 x₀가 주어진 정확한 사후분포에서 뽑습니다
reverse-predictor-ideal = 이상적
    .about = 작은 데이터셋에서 이보다 나을 수 없는 노이즈 제거기입니다. xₜ가 주어졌을 때 모든 이미지의 정확한 평균을 냅니다. 이미지를 모두 외우고 있습니다
reverse-predictor-own = 자체
    .about = 불러온 이미지 한 장만으로 여기에서 학습한 네트워크입니다
reverse-start = 출발
reverse-start-noise = 순수 노이즈
    .about = T에서 노이즈만 가지고 시작합니다
reverse-start-t = 시작
reverse-from-noise = 노이즈에서
reverse-from-picture = 이미지에서, t = { $t }
reverse-start-picture = t = { $t } 이미지
    .about = 이 t까지 이미지에 노이즈를 섞은 뒤 얼마나 되돌아오는지 봅니다
reverse-denoise-from = t = { $t }부터 노이즈 제거
    .about = 타임라인의 t까지 이미지에 노이즈를 섞은 뒤 노이즈를 제거합니다
reverse-size = 크기
reverse-size-model = 모델 크기
    .about = 모델이 만드는 샘플의 채널과 크기
reverse-size-picture = 64 × 64
    .about = 이미지의 채널, 64 × 64: 모델을 뺀 모든 예측기에 씁니다
reverse-slow-motion = 슬로 모션
    .about = 강의를 위해 각 단계의 부분을 하나씩 차례로 보여 줍니다. 스페이스를 누르면 멈춥니다
reverse-timesteps = 시점
reverse-spacing = 시점 간격
reverse-spacing-usual = 기본: { $spacing }
# What the network predicts (ε, x₀ or v), and the range to which x̂₀ is clipped.
reverse-prediction = 예측 대상
reverse-clipping = x̂₀ 클리핑
reverse-clipping-none = 없음
reverse-clipping-dynamic = 동적, { $percent }%, 최대 { $most }
# Names of diffusers, which its documentation explains.
reverse-spacing-leading = leading
reverse-spacing-trailing = trailing
reverse-spacing-linspace = linspace
# n is the number of network calls.
reverse-exactly = 다음 호출까지 정확히
    .about = 논문대로라면 { $sampler }의 한 단계는 다음 호출이 어디에 있든 t − T/n에 이릅니다. 곧 t = { $to }에 이르지만, 거기에서 네트워크가 받는 값은 t = { $next }입니다
reverse-known = 이상적 예측기가 아는 이미지
reverse-known-gallery = 내장 이미지
reverse-known-folder = 폴더…
    .about = 이미지가 든 폴더를 고릅니다. 최대 4096개까지 씁니다
reverse-known-built-in = 내장

# The inspector: lanes. The run's own lane is rival 0; these are names for screen readers. The unit of steps stands
# after their number.

reverse-lane-sampler = { $rival ->
    [0] 샘플러
   *[other] 경쟁자 { $rival }의 샘플러
}
reverse-lane-steps = { $rival ->
    [0] 단계 수
   *[other] 경쟁자 { $rival }의 단계 수
}
    .unit = { $steps ->
       *[other] 단계
    }
reverse-lane-eta = { $rival ->
    [0] 에타
   *[other] 경쟁자 { $rival }의 에타
}
    .about = 단계마다 더하는 노이즈: 0이면 결정론적이고, 1이면 DDPM과 같습니다
reverse-lane-variance = { $rival ->
    [0] 분산
   *[other] 경쟁자 { $rival }의 분산
}
    .small = 데이터가 점 하나일 때 맞습니다
    .large = 데이터의 분산이 1일 때 맞습니다
reverse-race = 경주
reverse-rival-predictor = 경쟁자 { $rival }의 예측기
reverse-rival-remove = 삭제
    .name = 경쟁자 { $rival } 삭제
reverse-rival-add = 경쟁자 추가
    .about = 같은 노이즈에서 다른 방법으로 노이즈를 제거해 나란히 봅니다

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

reverse-own = 자체 U-Net
reverse-train = 이 이미지로 학습
    .about = 작은 네트워크가 무작위로 잘라 낸 조각들로 이 이미지 한 장을 학습합니다. 과정은 학습 장에서 볼 수 있습니다
reverse-training-stop = 학습 중지
    .about = 중지합니다. 지금까지 학습한 것은 남습니다. 학습 장에서 과정을 보고 일시정지할 수 있습니다
reverse-iterations = 학습 반복 수
    .about = 반복 수
reverse-training = { $done } / { $total }
reverse-training-left = { $done } / { $total } · { $seconds }초 남음
reverse-trained = 학습한 크기: { $shape }
reverse-not-trained = 아직 학습하지 않음

# The canvas: buttons

reverse-denoise = 노이즈 제거
    .about = 노이즈에서 출발해 네트워크가 찾은 노이즈를 덜어 냅니다 (R)
reverse-pause = 일시정지
    .about = 다음 네트워크 호출을 하지 않고 기다립니다 (스페이스)
reverse-go-on = 계속
    .about = 남은 네트워크 호출을 이어서 합니다 (스페이스)
reverse-one-call = 한 번 호출
    .about = 네트워크를 한 번 호출하고 기다립니다 (.)
reverse-again = 다시
    .about = 같은 노이즈로 같은 실행을 되풀이합니다
reverse-other-noise = 다른 노이즈
    .about = 새 시드로 노이즈를 제거합니다 (Shift N)
reverse-stop = 중지
    .about = 중지합니다. 지금까지의 결과는 남습니다 (X)

# The canvas: how far the run is

reverse-run-calls = 호출 { $made } / { $total }
# Who made the run: what is unusual about its sampler, a few words each.
reverse-made-prediction = { $target } 예측
reverse-made-clipping = x̂₀ 클리핑 { $clipping }
reverse-made-timesteps = 시점 { $spacing }
reverse-run-paused = 일시정지됨
reverse-run-stopped = 중지됨
reverse-run-rate = 초당 호출 { $calls }번
# Memory that the kept pictures take.
reverse-run-kept = { $megabytes } MB 보관
reverse-hint-opening = 네트워크 여는 중…
reverse-hint-noise = 스페이스: 순수 노이즈에서 노이즈 제거
reverse-hint-picture = 스페이스: t = { $t } 이미지에서 노이즈 제거

# The canvas: what the run on show was made with that the scene has otherwise by now, a few words each

reverse-shown = 보이는 실행: { $settings }
reverse-shown-first = 보이는 실행: { $setting } …
reverse-shown-other = 보이는 실행: 다른 설정
reverse-setting-data = 다른 데이터셋
reverse-setting-lanes = { $lanes ->
   *[other] 레인 { $lanes }개
}
reverse-setting-way = { $predictor }, { $sampler } { $steps }단계
reverse-setting-levels = { $to ->
    [listed] 시점 { $spacing }, 단계는 목록대로
   *[published] 시점 { $spacing }, 단계는 논문대로
}
# w is the guidance scale.
reverse-setting-class = 클래스 { $class }, w { $scale }
reverse-setting-schedule = 스케줄 { $schedule }, T = { $steps }
reverse-setting-noise = 노이즈에서
reverse-setting-picture = t = { $t } 이미지에서
reverse-setting-seed = 시드 { $seed }

# The canvas: pictures. Root mean square is rms.

reverse-detail-rms = rms { $rms }
reverse-detail-end = 끝
reverse-detail-no-noise = 노이즈 없음
reverse-detail-start = 출발
reverse-film-frame = 실행, t = { $t }
reverse-film-estimate = 네트워크 호출의 예측 이미지, t = { $t }
reverse-film-end = 끝
    .name = 실행, 끝
reverse-lane-of-steps = { $steps }단계
reverse-lane-not-run = 아직 실행 안 함
reverse-lane-calls = 호출 { $made } / { $calls }
reverse-lane-distance = 가장 긴 실행과의 rms { $rms }
reverse-lane-longest = 가장 긴 실행

# The canvas: plots

reverse-plot-deviation = xₜ의 표준편차 · 가는 선: 이론
reverse-plot-noise = ε̂의 rms: 노이즈라면 1
reverse-plot-noise-and-error = ε̂의 rms · 가는 선: 제곱 오차
reverse-plot-change = 단계마다 x̂₀의 변화, rms

# The formula's footnote: ᾱ is the signal's share of the variance

reverse-step-levels = ᾱ = { $from } → { $to }
reverse-step-beside = t = { $to }에 이르지만 다음 호출이 받는 값은 t = { $next }
reverse-step-clipped = 여기에서 x̂₀를 [−1, 1] 범위로 클리핑했습니다

# Dialogs and notices

reverse-dialog-model = 모델 열기
reverse-dialog-data = 알려 줄 이미지
reverse-notice-opening = 네트워크를 여는 중입니다. 잠시 뒤에 다시 해 보세요
reverse-notice-no-network = 노이즈를 제거할 네트워크가 없습니다. 네트워크를 여세요
reverse-notice-no-size = 어떤 크기로 학습할지 알 수 없습니다. 64 × 64를 고르거나 네트워크를 여세요
reverse-notice-no-run = 내보낼 실행이 아직 없습니다. 먼저 노이즈를 제거하세요
reverse-notice-taken = { $model }에서 가져왔습니다: 스케줄 { $schedule }, T = { $steps }, 샘플러 { $sampler }
reverse-notice-remarks = { $model }: { $remarks }
reverse-dialog-run = 실행 내보내기
reverse-dialog-trajectory = 궤적 내보내기
# Stands in the status bar while a run is written.
reverse-job-run = 실행 내보내는 중

## Chapter Training

# A training makes iterations, each with a batch of pictures, timesteps and noise. ε, x₀ and v are what a network can
# predict; x̂₀ is the predicted picture, ε̂ the predicted noise. Held-out pictures are not learned.

# The inspector: what is shown

training-show = 보기
training-live = 학습 과정
    .about = 네트워크가 학습하는 과정입니다: 그려 내는 샘플, 손실, t에 따른 오차
training-step = 한 단계
    .about = 학습의 한 단계입니다: 이미지와 노이즈, 네트워크가 본 것, 그리고 얼마나 빗나갔는지
training-weights-of = 샘플을 그리는 가중치
training-averaged = 이동평균
    .about = 가중치의 이동평균으로 그린 샘플입니다. 저장되는 것도 이 가중치입니다
training-raw = 그대로
    .about = 마지막 반복 직후의 가중치로 그린 샘플입니다
training-picture = 이미지
    .about = 한 단계를 살펴볼 이미지의 번호
training-slow = 슬로 모션
    .about = 강의를 위해 단계의 부분을 하나씩 차례로 보여 줍니다

# The inspector: trainings that were left before

training-kept = 남겨 둔 학습
# What was learned, in what way, and how many iterations were made.
training-kept-run = { $data } · { $what } · { $done } / { $total }
training-take-up = 이어서 학습
    .about = 끝난 곳에서 똑같이 이어 갑니다
training-discard = 버리기
    .about = 남아 있는 것을 지웁니다. 프로그램을 다시 시작하기 전까지는 되살릴 수 있습니다
training-bring-back = 되살리기
    .about = 버린 것을 되살립니다: { $run }

# The inspector: data and network. Sizes are heights and widths in pixels.

training-data = 데이터
training-data-digits = 숫자
training-data-fashion = 패션
# 프로그램에 들어 있는 네트워크.
model-fashion = 패션
model-emoji = 이모지
model-emoji-latent = 이모지
# 네트워크의 부분들, 되도록 짧게: 시간 임베딩, 클래스 임베딩, 첫 합성곱, …
training-block-time-embedding = 시간
training-block-class-embedding = 클래스
training-block-conv-in = 입력
training-block-down-blocks = 다운 { $number }
training-block-mid-block = 중간
training-block-up-blocks = 업 { $number }
training-block-conv-out = 출력
training-data-emoji = 이모지
training-data-gallery = 사진
training-data-picture = 이 이미지
training-data-open = 열기…
    .about = 이미지나 데이터셋이 든 폴더를 엽니다. 하위 폴더가 클래스가 됩니다
training-data-of = 데이터: { $data }
# Numbers of pictures and classes, and channels × height × width.
training-data-facts = 학습 { $learned }, 검증 { $held } · { $classes ->
    [0] 클래스 없음
   *[other] 클래스 { $classes }
} · { $shape }
training-size = 크기
    .about = 학습할 이미지의 높이와 너비
training-size-own = 원래
    .about = 데이터의 원래 크기
training-network = 네트워크
training-network-mini = 최소
    .about = 어텐션 없는 두 층, 파라미터 0.4 M입니다. 가장 빨라서 먼저 살펴보기에 좋습니다
training-network-plain = 기본
    .about = 어텐션 없는 세 층, 파라미터 1.7 M입니다
training-network-tiny = 작음
    .about = 어텐션이 있고 파라미터 1.1 M입니다. 내장 네트워크와 같습니다
training-network-small = 중간
    .about = 어텐션이 있고 파라미터 6.5 M입니다. 느리지만 큰 데이터에 맞습니다

# The inspector: how it learns

training-learning = 학습
training-target = 네트워크가 예측하는 것
    .noise = DDPM처럼 노이즈 ε을 예측합니다
    .data = 원본 이미지 x₀를 예측합니다
    .velocity = 둘을 섞은 v를 예측합니다. 섞는 비율은 t에 따라 다릅니다
training-weighting = 가중
training-loss-simple = 단순
    .about = 모든 시점을 똑같이 다룹니다
training-loss-vlb = 변분
    .about = 변분 하한의 가중치입니다. 작은 t를 가장 크게 칩니다
training-loss-min-snr = min-SNR
    .about = 원본 이미지의 오차에 min(SNR, 5)를 곱합니다
training-rival = 같은 데이터, 같은 순서로 나란히
training-rival-none = 없음
training-rival-target = { $target } 예측
training-rival-loss = { $loss } 가중
training-rival-schedule = 스케줄 B: { $schedule }
training-predicts = { $target } 예측
training-schedule = 스케줄 A: { $schedule }, T = { $steps }
training-schedule-is-learned = 학습된 스케줄
training-schedule-learned = 스케줄은 log SNR 13.3에서 −5까지로 시작해 학습됩니다. T = { $steps }
training-gamma = 노이즈 스케줄도 학습
    .about = 양 끝은 변분 하한을 따르고, 그 사이는 손실의 분산이 가장 작은 모양으로 갑니다(Kingma et al. 2021). 가능도 장의 ‘학습된 스케줄’에서 볼 수 있습니다
training-iterations = 반복 수
    .about = 이 반복 동안 학습률이 0까지 내려갑니다
training-batch = 배치
    .about = 반복 한 번에 쓰는 이미지 수
training-learning-rate = 학습률 ×10⁻³
    .about = 가장 큰 학습률입니다. 너무 크면 발산합니다
training-ema = EMA
    .about = 가중치 이동평균의 감쇠율
training-class-dropout = 클래스 드롭아웃
    .about = 클래스 없이 보여 주는 이미지의 비율입니다. 그래야 가이던스를 쓸 수 있습니다

# The canvas: buttons

training-begin = 학습 시작
    .about = 이 설정으로 시작합니다 (스페이스)
training-pause = 일시정지
    .about = 다음 반복 전에 멈춥니다 (스페이스)
training-go-on = 계속
    .about = 남은 반복을 마저 합니다 (스페이스)
training-stop = 중지
    .about = 중지합니다. 지금까지 학습한 것은 남습니다 (X)
training-more = 더 학습
    .about = 지금까지 학습한 것에서 같은 횟수만큼 더 학습합니다
training-save = 저장…
    .about = diffusers 형식의 폴더로 저장합니다. 역방향 장에서 열 수 있고, 거기에서 학습을 이어 갈 수도 있습니다
training-denoise = 노이즈 제거
    .about = 학습한 네트워크로 역방향 장에서 그려 봅니다

# The canvas: how far the training is

training-hint-begin = 스페이스 키로 시작합니다
training-preparing = 준비 중…
training-iterations-made = { $done } / { $total }
training-paused = 일시정지
training-done = 완료
training-stopped = 중지됨
# time is minutes and seconds, as in 2:05.
training-left = { $minutes ->
    [0] { $seconds }초 남음
   *[other] { $time } 남음
}
# Iterations per second.
training-rate = { $rate }회/초
training-network-size = 파라미터 { $millions } M · { $shape }

# The canvas: pictures

training-samples = 샘플
training-at-iteration = 반복 { $iteration }
training-held-out = 학습하지 않은 이미지, 노이즈 여덟 단계
training-held-out-of = 학습하지 않은 이미지({ $class }), 노이즈 여덟 단계
training-row-noised = 노이즈 섞인 검증 이미지
training-row-estimates = 노이즈 여덟 단계의 x̂₀
training-row-estimates-of = 노이즈 여덟 단계의 x̂₀, { $network }
training-film = 샘플 필름, 반복 { $iteration }
training-film-frame = 반복 { $iteration } 뒤의 샘플
training-film-hint = 학습하는 동안 같은 노이즈에서 거듭 그려 보는 샘플

# The canvas: plots

training-loss = 손실
training-loss-now = 손실 { $loss }
training-loss-plot = 그래프: 손실
training-surface = t에 따른 ε̂의 오차
training-surface-of = t에 따른 ε̂의 오차, { $network }
training-errors = ε̂의 평균 오차
    .of = ε̂의 평균 오차, 이미지 { $pictures }장씩
training-errors-plot = 그래프: ε̂의 평균 오차
training-learned = 학습
training-held-out-short = 검증

# The canvas: one step

training-step-waiting = 한 단계를 살펴보는 중…
training-step-own = 여기에서 학습하는 네트워크, 반복 { $iteration } 뒤 · 이미지 { $picture } · { $class }
training-step-of = 네트워크 { $name } · 이미지 { $picture } · { $class }
training-step-shipped = 아직 학습한 것이 없어 내장 네트워크({ $name })로 보여 줍니다 · 이미지 { $picture } · { $class }
training-step-error = MSE { $error }
training-step-guess = xₜ만 보고
training-gradient = 손실의 그래디언트: 블록마다의 크기
training-weights = ‖ε − ε̂‖²에 곱하는 가중치(목표 { $target }), 로그 눈금 · 굵은 선: { $loss }

# The formula's footnote: y is what the network is to predict

training-footnote = 이미지, 노이즈, t에 대한 평균
training-footnote-other = 이 네트워크는 { $target }를 예측합니다. 숫자는 그 오차이고, 그림은 { $compared }의 오차입니다

# Dialogs and notices

training-dialog-save = 네트워크를 저장할 폴더
training-dialog-data = 학습할 데이터
training-dialog-run = 저장한 학습의 폴더
training-notice-nothing = 아직 학습한 것이 없습니다. 학습을 시작하세요
training-notice-learned = 학습이 끝났습니다. 네트워크를 저장하거나 역방향 장에서 그려 보세요
training-notice-learned-picture = 네트워크가 이미지를 다 학습했습니다. 역방향 장에서 예측기로 ‘자체’를 골라 보세요
training-notice-saved = 네트워크를 저장했습니다: { $path }

## 잠재 공간

latent-opening = 오토인코더를 열고 묻는 중입니다 …
latent-no-latent = 보여 줄 잠재 표현이 없습니다. { $reason }
latent-footnote = z₀는 인코더 평균의 { $scale }배입니다
latent-between-footnote = x: 픽셀, z: 잠재 표현, D: 디코더
latent-part = 보여 줄 것
latent-part-noise = 노이즈
    .about = 픽셀의 노이즈와 잠재 표현의 노이즈를 나란히 보고, 디코더가 무엇을 그려 내는지 봅니다
latent-part-between = 사이
    .about = 한 이미지에서 다른 이미지로 가는 길을 픽셀의 평균과 잠재 표현의 평균으로 봅니다
latent-part-run = 실행
    .about = 잠재 공간의 역방향 과정을 단계마다 디코딩해 봅니다. ‘텍스트’에서 그리는 그림의 속입니다
latent-equal = 같은 노이즈
latent-equal-timestep = 같은 t
    .about = 픽셀과 잠재 표현의 t가 같고, 따라서 ᾱ도 같습니다
latent-equal-snr = 같은 SNR
    .about = 잠재 표현의 t를, 두 쪽의 분산으로 잰 신호 대 잡음비가 픽셀과 같아지는 곳에 둡니다
latent-to = 도착할 이미지
latent-run-text = 그리는 글
latent-run-of = “{ $text }”, ‘텍스트’에서 쓴 글입니다.
latent-run-waits = 이 파이프라인은 그림을 그리는 데 시간이 걸립니다. 오른쪽의 ‘그리기’를 누르세요.
latent-autoencoder = 오토인코더(autoencoder)
latent-open = 열기…
    .about = Stable Diffusion 폴더나 그 안의 vae 폴더를 엽니다
latent-dialog-autoencoder = 오토인코더 열기: Stable Diffusion 폴더나 그 안의 vae 폴더
latent-side = 가로세로 크기
    .about = 인코딩할 정사각형의 가로세로 픽셀 수이며, 크면 오래 걸립니다
latent-facts = 파라미터 { $millions } × 10⁶개 · { $factor }×{ $factor } 픽셀마다 한 자리 · 채널 { $channels }개
latent-numbers = 잠재 표현
latent-fewer = 수가 줄어든 배수
latent-psnr = 디코딩 PSNR
latent-kl = 수 하나당 KL (nat)
latent-deviation = 잠재 표현의 표준편차
latent-scaling-factor = 스케일 계수
latent-variance-pixels = 픽셀의 분산
latent-variance-latent = 잠재 표현의 분산
latent-times = 인코더 { $to } ms, 디코더 { $back } ms입니다.
latent-channel = zₜ의 채널 { $n }
latent-channels = zₜ의 채널 { $count }개
latent-error-up-to = 최대 { $error }/255
latent-snr = t에 따른 신호 대 잡음비
    .name = t에 따른 픽셀과 잠재 표현의 신호 대 잡음비
latent-snr-pixels = 픽셀
latent-snr-latent = 잠재 표현
latent-cost = 이모지 네트워크 호출 한 번: 위는 픽셀에서, 아래는 잠재 공간에서
latent-cost-numbers = 값의 개수
latent-cost-operations = 연산 10⁹회
latent-cost-time = 시간
latent-between-pixels = 픽셀
latent-between-latents = 잠재 표현, 디코딩
latent-between-under-way = 가는 길을 계산하는 중: { $percent }%

## Chapter Distributions

# The line has one dimension, the plane two. SDE and ODE are the stochastic and the ordinary differential equation of
# the process; q(xₜ) is the density of noised data at timestep t, KL the Kullback–Leibler divergence.

# The row above the canvas

distributions-space = 공간
distributions-line = 직선
    .about = 1차원: 모든 것을 정확한 적분으로 구합니다
distributions-plane = 평면
    .about = 2차원: 점구름, 샘플러, 가이던스, 학습하는 네트워크
distributions-subject = 주제
distributions-subject-particles = 입자
    .about = 같은 점구름이 순방향으로 노이즈가 되고, 샘플러를 따라 노이즈에서 다시 나옵니다
distributions-subject-race = 경주
    .about = 같은 출발 노이즈에서 시작한 샘플러들: 네트워크 호출 수에 따른 품질을 비교합니다
distributions-subject-guidance = 가이던스
    .about = 한 점에서 스코어, 분류기 그래디언트, 둘의 합을 보여 줍니다
distributions-subject-learning = 학습
    .about = 작은 네트워크가 지금 여기에서 스코어를 학습합니다. 어디에서 틀리는지도 보여 줍니다
distributions-subject-likelihood = 가능도
    .about = 가능도(likelihood): ODE를 따라 변수 변환으로 구한 ln p(x)를 정확한 값과 나란히 보여 줍니다
distributions-sampling = 샘플링 중
distributions-measuring = 측정 중
distributions-integrating = 적분 중
distributions-comparing = 비교 중
distributions-stop = 중지
distributions-stopped = 중지됨
distributions-again = 다시

# The inspector: the line

distributions-data = 데이터
line-shape-mixture = 혼합
    .about = 가우시안 여러 개: 꼭대기와 옆선을 끌어 바꿉니다
line-shape-uniform = 균등
    .about = 균등한 조각들: 모서리를 끌어 바꿉니다
line-shape-spikes = 스파이크
    .about = 질량이 있는 점들: 꼭대기를 끌어 바꿉니다
line-shape-drawn = 직접 그림
    .about = 포인터로 밀도를 그립니다
distributions-shape-drawing = 왼쪽에 그리세요
distributions-shape-dragging = 더블클릭으로 추가, 오른쪽 클릭으로 삭제
distributions-bump-mean = 봉우리 { $number }의 평균
distributions-bump-deviation = 봉우리 { $number }의 표준편차
distributions-bump-weight = 봉우리 { $number }의 가중치
distributions-block-start = 조각 { $number }의 시작
distributions-block-end = 조각 { $number }의 끝
distributions-block-height = 조각 { $number }의 높이
distributions-spike-place = 스파이크 { $number }의 위치
distributions-spike-weight = 스파이크 { $number }의 가중치
distributions-state-and-paths = 상태와 경로
distributions-state-hint = 분포 지도를 클릭하거나 여기를 끌어 움직이세요
distributions-draw-state = q(xₜ)에서 뽑기
    .about = 조상 샘플링(ancestral sampling): 데이터에서 한 점을 뽑은 다음 노이즈를 더합니다
distributions-paths = 경로
    .about = 순방향 SDE와 역방향 SDE의 경로 수입니다. ODE의 경로는 하나뿐입니다
distributions-kernel = 역방향 커널
distributions-merged = 합친 단계 수
    .about = 커널이 이만큼의 단계를 한 번에 거슬러 갑니다
distributions-third-plot = 세 번째 그래프
distributions-merging = 합치기
    .about = 역방향 커널은 가우시안일까요? 단계를 합칠수록 발산이 어떻게 변하는지 봅니다
distributions-scaling = 표준화
    .about = 그냥 정규화하면 안 될까요? 표준화한 데이터를 t = T의 xₜ와 나란히 봅니다
distributions-forgetting = 망각
    .about = 어떤 출발 분포든 역방향 커널에 통과시켜 봅니다
distributions-pushed-start = 통과시킬 출발 분포
distributions-start-narrow = xₜ 자리
    .about = 클릭한 자리의 좁은 가우시안
distributions-start-uniform = 균등
    .about = 보이는 범위 전체에서 균등한 분포
distributions-start-data = 데이터
    .about = 데이터의 분포 그대로

# The inspector: the plane

distributions-data-of-plane = 평면의 데이터
distributions-data-eight-gaussians = 가우시안 여덟 개
distributions-data-moons = 반달
distributions-data-swiss-roll = 스위스 롤
distributions-data-checkerboard = 체커보드
distributions-data-pinwheel = 바람개비
distributions-data-spiral = 나선
distributions-data-rings = 고리
distributions-data-painted = 손으로 찍은 점
distributions-data-picture = 이미지
distributions-painted = { $points ->
   *[other] 점 { $points }개. 왼쪽 사각형에서 끌어 찍으세요
}
distributions-clear = 지우기
distributions-process = 과정
# The attribute inline stands within a line of small letters.
distributions-process-vp = VP
    .about = 분산 보존(variance preserving): 연속 시간의 DDPM
    .inline = VP
distributions-process-ve = VE
    .about = 분산 폭발(variance exploding): 연속 시간의 NCSN
    .inline = VE
distributions-process-subvp = sub-VP
    .about = 드리프트는 VP와 같고 노이즈는 더 적습니다
    .inline = sub-VP
distributions-sampler = 샘플러
distributions-particles = 입자
distributions-particles-auto = 자동
    .about = 그래픽 카드로 그리면 100,000개, 아니면 20,000개
distributions-particles-2k = 2천
    .about = 입자 2,000개
distributions-particles-20k = 2만
    .about = 입자 20,000개
distributions-particles-100k = 10만
    .about = 입자 100,000개

# The inspector: samplers. Racers are counted from 1; racer 0 is the sampler of the particles. The unit of calls
# stands after their number.

distributions-racer-sampler = { $racer ->
    [0] 샘플러
   *[other] 주자 { $racer }의 샘플러
}
distributions-racer-calls = { $racer ->
    [0] 호출 수
   *[other] 주자 { $racer }의 호출 수
}
    .unit = { $calls ->
       *[other] 호출
    }
distributions-racer-eta = { $racer ->
    [0] η
   *[other] 주자 { $racer } η
}
    .about = 단계마다 더하는 노이즈: 0이면 ODE, 1이면 DDPM입니다
distributions-racer-ratio = { $racer ->
    [0] r
   *[other] 주자 { $racer } r
}
    .about = 수정자(corrector)의 신호 대 잡음비
distributions-racer-step = { $racer ->
    [0] ε/σ_L²
   *[other] 주자 { $racer } ε/σ_L²
}
    .about = 노이즈에 견준 한 걸음의 길이
distributions-racer-digits = { $racer ->
    [0] 자릿수
   *[other] 주자 { $racer } 자릿수
}
    .about = 한 단계의 오차를 10의 (−이 값)제곱까지 허용합니다
distributions-race = 경주
distributions-racer = 주자 { $racer }
distributions-racer-remove = 삭제
    .name = 주자 { $racer } 삭제
distributions-racer-add = 주자 추가
    .about = 같은 출발 노이즈에서 시작하는 다른 샘플러를 더합니다
distributions-solver-ddpm = DDPM
distributions-solver-ddim = DDIM
distributions-solver-reverse-sde = 역방향 SDE
distributions-solver-predictor-corrector = 예측자–수정자
distributions-solver-langevin = Langevin
distributions-solver-ode-euler = ODE, Euler
distributions-solver-ode-heun = ODE, Heun
distributions-solver-ode-rk45 = ODE, RK45
distributions-solver-dpmpp = DPM-Solver++

# The inspector: guidance, score, what is shown

distributions-guidance = 가이던스
distributions-one-class = 이 데이터에는 클래스가 하나뿐입니다
distributions-class = 클래스
    .about = 가이던스가 향하는 클래스
distributions-guidance-scale = 가이던스 스케일
    .about = 0이면 조건 없음, 1이면 클래스 그대로, 더 크면 과장됩니다
distributions-score = 스코어
distributions-score-exact = 정확
    .about = 데이터에서 닫힌 형식으로 구한 스코어
distributions-score-learned = 학습
    .about = 네트워크의 스코어: 이 데이터와 이 과정으로 학습한 뒤에 쓸 수 있습니다
distributions-train = 네트워크 학습
    .about = 이 데이터를 지금 여기에서 학습합니다
distributions-training-stop = 학습 중지
distributions-training = 반복 { $done } / { $total }
distributions-learned = { $iterations }번 반복해 학습함
distributions-no-network = 이 데이터로 학습한 네트워크 없음
distributions-target = 예측 대상
    .noise = 네트워크가 노이즈를 예측합니다
    .data = 네트워크가 원본 데이터를 예측합니다
    .velocity = 네트워크가 √ᾱ ε − √(1−ᾱ) x₀를 예측합니다
distributions-hidden = 은닉층 너비
    .about = 은닉층 세 개 각각의 너비
distributions-iterations = 반복 수
    .about = 반복마다 점 512개를 씁니다
distributions-show = 표시
distributions-density = 밀도
    .about = q(xₜ)의 밝기
distributions-contours = 등고선
    .about = 밀도가 같은 선
distributions-vectors = 스코어 표시
distributions-vectors-arrows = 화살표
    .about = 스코어를 화살표로 그립니다. 긴 화살표는 줄입니다
distributions-vectors-lines = 흐름선
    .about = 스코어를 따라가는 선을 그립니다
distributions-vectors-none = 없음
    .about = 스코어를 그리지 않습니다
distributions-state = 상태
    .about = 사각형을 클릭하거나 여기를 끌어 움직이세요. 분산을 1로 맞춘 단위입니다

# The canvas: the line. Names of plots are for screen readers.

distributions-data-plot = 데이터 q(x₀)
    .hint = 끌어서 바꾸기
    .name = 데이터: 끌어서 밀도를 바꾸세요
distributions-marginals-plot = t에 따른 q(xₜ)
    .hint = 클릭하거나 끌어 상태 고르기
    .name = 그래프: t와 x에 따른 q(xₜ), t = { $t }, xₜ = { $x }
distributions-forward-sde = 순방향 SDE
distributions-reverse-sde = 역방향 SDE
distributions-ode = ODE
distributions-pushed = 통과한 분포
distributions-slice-plot = 그래프: t = { $t }에서 q(xₜ)
distributions-kernel-plot = 역방향 커널
    .name = 그래프: 역방향 커널, t = { $t }에서 t = { $end }까지, KL { $kl }
distributions-exact = 정확한 값
distributions-gaussian = 가우시안
# A Gaussian with the schedule's own variance.
distributions-with-beta = 분산 βₜ
distributions-kl = KL { $kl }
distributions-clean-plot = 그래프: p(x₀ | xₜ), 평균 { $mean }
distributions-mean-and-deviation = 평균 ± σ
distributions-data-legend = 데이터
distributions-merging-plot = 합친 단계 수에 따른 KL
    .name = 그래프: 합친 단계 수에 따른 발산, 합친 단계 { $merged }개
distributions-scaling-plot = 둘 다 평균 0, 분산 1
    .name = 그래프: 표준화한 데이터와 t = T의 xₜ, N(0, 1)까지의 총변동 { $scaled }, { $noised }
distributions-scaled = 표준화
# TV is the total variation.
distributions-total-variation = N(0, 1)까지 TV { $distance }
distributions-forgetting-plot = q(xₜ)까지의 총변동
    .name = 그래프: 통과시킨 출발 분포의 총변동, 끝에서 { $distance }
distributions-pushed-start-legend = 통과시킨 출발 분포

# The canvas: the plane

# The accessible name of a square.
distributions-square = 사각형: { $title }
distributions-no-data = 아직 데이터 없음
    .name = 사각형: 여기에 데이터를 찍으세요
distributions-paint-hint = 여기에 점을 찍으세요
distributions-no-ink = 이미지에 잉크가 없습니다
distributions-forward = 순방향({ $noise }), t = { $t }
    .name = 사각형: 순방향 입자, t = { $t }
distributions-backward = 역방향, { $solver } · 호출 { $call } / { $total }
    .name = 사각형: 역방향 입자, 호출 { $call }
distributions-path-legend = 경로 하나
distributions-racer-call = { $solver } · 호출 { $call } / { $total }
distributions-quality-plot = 네트워크 호출 수에 따른 데이터까지의 에너지 거리
    .name = 그래프: 네트워크 호출 수에 따른 에너지 거리
distributions-fresh-data = 새로 뽑은 데이터
distributions-classifier = 분류기
    .name = 사각형: 분류기 가이던스
distributions-classifier-free = 분류기 없음
    .name = 사각형: 분류기 없는 가이던스
distributions-score-legend = 스코어
distributions-class-legend = 클래스
distributions-gradient-legend = 그래디언트
distributions-sum-legend = 합
distributions-guided = DDIM, 클래스 { $class } 쪽으로
    .name = 사각형: 가이던스를 준 샘플
distributions-coverage = 클래스별 샘플
distributions-coverage-spread = 클래스별 샘플 · 퍼짐 { $spread }
distributions-class-share = 클래스 { $class }: { $share }
distributions-error = t = { $t }에서 ε̂의 오차: rms { $rms }
distributions-density-legend = 밀도
distributions-train-here = 이 데이터로 네트워크 학습
distributions-loss = { $data ->
    [other] 반복에 따른 손실 (다른 데이터)
   *[own] 반복에 따른 손실
}
    .name = 그래프: 손실, 반복 { $iteration }
distributions-loss-now = { $data ->
    [other] 반복에 따른 손실 (다른 데이터), 지금 { $loss }
   *[own] 반복에 따른 손실, 지금 { $loss }
}
distributions-squared-error = 평균 제곱 오차
distributions-error-plot = log SNR에 따른 ε̂의 오차
    .name = 그래프: log SNR에 따른 오차
distributions-error-legend = q(xₜ)에 대한 rms
distributions-likelihood-square = 데이터의 밀도
    .hint = 점을 클릭하세요
    .name = 사각형: 가능도를 물을 점
distributions-code-legend = 코드: t = T의 xₜ
distributions-likelihood = 클릭한 점의 ln p(x), nat 단위
distributions-likelihood-prior = 코드의 ln p(xₜ), t = T
distributions-likelihood-integral = + ∫ ∇ · v dt, ODE를 따라
distributions-likelihood-sum = = ODE로 구한 ln p(x)
distributions-likelihood-exact = 정확한 ln p(x)
distributions-agreement-plot = ODE의 값과 정확한 값 · 호출 { $calls }번
    .name = 그래프: 정확한 가능도에 대한 ODE의 가능도
distributions-clicked-legend = 클릭한 점

# The formula's footnote, and notices

distributions-at-state = xₜ = { $x }, t = { $t }에서
distributions-at-point = ({ $x }, { $y })에서 · { $process }, 시각 { $time }
distributions-notice-no-data = 학습할 데이터가 없습니다. 점을 찍으세요

## Chapter Likelihood

# The loss of variational diffusion models in continuous time. SNR is the signal-to-noise ratio, mmse the error of the
# ideal denoiser; L∞ is the loss, in nats. Schedules have numbers from 1 to 4.

likelihood-part = 보기
likelihood-part-bound = 변분 하한
    .about = −log p의 비트가 하나하나 어디로 가는지: 불러온 이미지에 대한 네트워크의 변분 하한
likelihood-part-continuous = 연속 시간
    .about = t에 대한 적분으로 본 손실로, 모든 것을 정확히 알 수 있습니다
likelihood-part-learned = 학습된 스케줄
    .about = 네트워크와 함께 학습되는 노이즈 스케줄을, 학습되는 동안 보여 줍니다
likelihood-learned-training = 학습
likelihood-learned-begin = 스케줄 학습하기
    .about = 노이즈 스케줄까지 배우는 학습을 시작합니다. 학습 장이 그렇게 설정되어 있으면 그 설정으로, 아니면 작은 숫자 이미지로 시작합니다
likelihood-learned-use = 스케줄 A로 쓰기
    .about = 지금까지 학습된 스케줄을 T단계로 만들어 모든 장에서 씁니다
likelihood-learned-hint = 학습은 네트워크와 함께 노이즈 스케줄도 배울 수 있습니다. 학습을 시작하면 스케줄이 움직이는 것이 보입니다.
likelihood-learned-other = 지금 학습은 스케줄을 배우지 않습니다. 다른 학습을 시작하면 그것이 대신합니다.
likelihood-learned-variances = 손실의 분산
likelihood-learned-numbers = 학습된 값
likelihood-learned-loss = 차원당 손실(nat)
likelihood-learned-way = 학습됨
likelihood-learned-least = 가능한 최솟값
likelihood-learned-scene = 장면의 스케줄입니다. 학습은 네트워크와 함께 자기 스케줄을 배울 수 있습니다. ‘스케줄 학습하기’를 누르거나 학습 장에서 ‘노이즈 스케줄도 학습’을 켜세요.
likelihood-learned-scene-log-snr = t에 따른 log SNR: { $names }
likelihood-learned-log-snr = t에 따른 log SNR: { $names }
likelihood-learned-integrand = t에 따른 손실: 평평할수록 덜 흩어집니다
likelihood-learned-variance = t 하나로 구한 손실의 분산(최근 반복 100번 기준)
    .name = 그래프: 학습된 스케줄과 다른 두 스케줄에서 반복에 따른 손실의 분산
likelihood-learned-axis-iteration = 반복
likelihood-learned-footnote = log SNR { $max } … { $min }
likelihood-learned-notice-none = 아직 학습된 스케줄이 없습니다. 스케줄을 배우는 학습을 시작하세요.
likelihood-learned-notice-used = 이제 학습된 스케줄이 스케줄 A입니다.
likelihood-data = 데이터
likelihood-ends = 양 끝
likelihood-end-max = t = 0의 log SNR
    .about = 모든 스케줄이 시작하는 곳으로, 노이즈가 거의 없습니다. 이 값을 바꾸면 손실도 바뀝니다.
likelihood-end-min = t = T의 log SNR
    .about = 모든 스케줄이 끝나는 곳으로, 노이즈만 남습니다. 이 값을 바꾸면 손실도 바뀝니다.
likelihood-schedule = 강조할 스케줄
likelihood-schedule-linear-log-snr = 선형 log SNR
    .about = log SNR이 한쪽 끝에서 다른 쪽 끝까지 고르게 줄어듭니다.
likelihood-schedule-cosine = 코사인
    .about = 신호의 진폭이 t의 코사인을 따릅니다.
likelihood-schedule-linear-beta = 선형 β
    .about = DDPM에서처럼 β가 고르게 커집니다.
likelihood-schedule-drawn = 직접 그림
    .about = 직접 그린 곡선입니다.
likelihood-drawing = 곡선의 점을 끌어 보세요. 더블 클릭하면 점을 더하거나 뺄 수 있습니다.
likelihood-point-t = 점 { $number }의 t/T
likelihood-point-log-snr = 점 { $number }의 log SNR
likelihood-numbers = 이 스케줄을 따라
likelihood-areas = 스케줄별 넓이(nat)
likelihood-apart = 그 값과의 최대 차이
likelihood-exact = SNR로 적분한 L∞
likelihood-variance-iid = 분산(독립인 t)
likelihood-variance-spread = 분산(고르게 편 t)
likelihood-footnote = log SNR { $max }에서 { $min }까지, 단위는 내트(nat)이며 { $bits }비트
likelihood-log-snr = t에 따른 log SNR: 양 끝은 같고 가는 길만 다릅니다
    .hint = 양 끝을 끌어 보세요
    .name = 그래프: t에 따른 log SNR
likelihood-integrand = t에 따른 −½ SNR′ · mmse
    .name = 그래프: t에 따른 피적분함수, 넓이 { $area }
likelihood-integrand-area = t에 따른 −½ SNR′ · mmse: 넓이 { $area }
likelihood-area = log SNR에 따른 ½ SNR · mmse
    .name = 그래프: log SNR에 따른 피적분함수, 넓이 { $area }
likelihood-area-is = log SNR에 따른 ½ SNR · mmse: 넓이 { $area }
likelihood-steps = T단계의 손실
    .name = 그래프: T단계의 손실, T = { $steps }일 때 { $loss }
    .hint = T = { $steps }단계의 손실은 { $loss }입니다. 점선은 그 극한입니다.
likelihood-estimates = t 64개로 구한 추정값
    .name = 그래프: 추정값, 표준편차는 t가 독립이면 { $iid }, 고르게 펴면 { $spread }
likelihood-iid = 독립: σ = { $exact }, 측정 { $measured }
likelihood-spread = 고르게: σ = { $exact }, 측정 { $measured }

# 이미지의 −log p에 대한 네트워크의 변분 하한. 세 부분: L_T(인코더), Lₜ₋₁의 합(디노이저), L₀(디코더). 숫자는 bits/dim.

likelihood-aspect = 그릴 것
likelihood-aspect-terms = 항
    .about = 변분 하한의 세 부분과 t에 따른 항들
likelihood-aspect-rate = 비트율
    .about = 비트를 이만큼 알 때 예측이 이미지에서 얼마나 먼지, 그리고 한 픽셀의 밝기 값들
likelihood-aspect-batch = 다른 이미지
    .about = 다른 이미지들의 변분 하한을 내 이미지의 것과 나란히
likelihood-bits = 차원당 비트
likelihood-narrow-decoder = L₀의 분산은 두 번째 단계의 분산 { $decoder }인데, x₁의 노이즈는 분산이 { $noise }입니다. 그래서 여기서는 L₀가 x̂₀의 오차를 지나치게 셉니다. ODE로 구한 값과 비교해 보세요.
likelihood-bar-decoder = 디코더
likelihood-bar-denoiser = 디노이저
likelihood-bar-encoder = 인코더
likelihood-part-prior = 인코더 L_T
likelihood-part-denoiser = 디노이저 Σ Lₜ₋₁
likelihood-part-decoder = 디코더 L₀
likelihood-total = −log p의 상한
likelihood-standard-error = 표준 오차
likelihood-exactly = 모든 t에서 물음
likelihood-raw = 모델 없이
likelihood-terms-known = 시점 { $steps }개 가운데 { $count }개로 계산
likelihood-flow = ODE를 따라
    .calls = 경로 { $paths }개를 따라 네트워크 { $calls }번 호출
likelihood-flow-ask = ODE를 따라 구하기
    .about = 확률 흐름 ODE를 따라서도 이미지의 −log p를 계산합니다. 몇 초 걸립니다
likelihood-flow-another = 경로 하나 더
    .about = 부호와 8비트 단계 안의 노이즈를 새로 뽑아 ODE를 한 번 더 따라갑니다. 경로가 둘 이상이면 평균의 표준 오차를 알 수 있습니다
likelihood-flow-exactly = 정확한 발산으로
    .about = 발산을 추정하지 않고 그대로 계산합니다. 경로의 점마다 이미지의 값 하나에 한 번씩 네트워크를 호출하므로 작은 이미지에서만 할 수 있습니다
likelihood-flow-is-exact = 발산은 정확한 값입니다.
likelihood-flow-is-estimated = 발산은 무작위 부호를 쓴 허친슨 추정값입니다.
likelihood-flow-stop = 멈추기, { $percent }%
    .about = ODE 계산을 그만둡니다
likelihood-network = 네트워크
likelihood-network-of-reverse = { $model }, 역방향에서 고른 것
likelihood-picture = { $shape } 이미지를 받습니다. 그래서 이미지를 자르고 크기를 바꾼 뒤 8비트로 반올림합니다.
likelihood-own-schedule = 네트워크 자신의 스케줄로 계산합니다: { $schedule }, T = { $steps }.
likelihood-other-schedule = 장면의 스케줄이 아니라 네트워크 자신의 스케줄로 계산합니다: { $schedule }, T = { $steps }.
likelihood-class = 네트워크에 알려 주는 클래스
likelihood-class-none = 클래스 없음
likelihood-variance = 단계의 분산
likelihood-variance-own = 자체
    .about = 네트워크의 파일에 적힌 대로
likelihood-variance-fixed-small = β̃ₜ
    .about = 사후분포의 분산: 오차가 없는 네트워크라면 비트가 전혀 들지 않습니다
likelihood-variance-fixed-large = βₜ
    .about = 더 큰 분산: 네트워크가 무엇을 예측하든 모든 t에서 비트가 조금씩 듭니다
likelihood-variance-learned = 학습된 것
    .about = 네트워크가 내놓는 분산
likelihood-clip = x̂₀ 자르기
    .about = 샘플러가 하듯이 예측을 검정과 하양 사이로 제한합니다
likelihood-times = 시점
likelihood-times-all = 전부
    .about = 모든 t에서 네트워크에 묻습니다. t를 고른 데서 오는 오차는 없고, t마다 노이즈는 장면의 시드로 한 번만 뽑습니다
likelihood-times-few = 몇 개만
    .about = 몇 개의 t로 변분 하한을 추정하고 표준 오차를 함께 보여 줍니다
likelihood-times-count = 개수
    .about = 네트워크에 묻는 시점의 수
likelihood-log = 10의 거듭제곱 축
    .about = 항을 넓이가 아니라 10의 거듭제곱 축 위에 그립니다
likelihood-opening = 네트워크를 열고 묻는 중입니다 …
likelihood-no-bound = 보여 줄 변분 하한이 없습니다. { $reason }
likelihood-x0 = 이미지
likelihood-off-by = 차이 { $levels }/255
map-most = 최대 { $most }
likelihood-up-to = 최대 { $bits }비트
likelihood-chain =
    .name = 그래프: 체인과 세 부분, { $total } bits/dim
likelihood-encoder = 인코더 q: 고정되어 있고, 모든 코드가 이미지와 같은 크기
likelihood-decoder = 디코더 p: 학습됨
likelihood-sum = = { $bits } bits/dim
likelihood-beside = 모델 없이 8
likelihood-beside-flow = ODE를 따라 { $bits }
likelihood-terms = t가 10배 될 때마다 더해지는 Lₜ₋₁: 넓이 { $sum }
    .name = 그래프: t에 따른 변분 하한의 항, 합 { $sum }
likelihood-terms-log = t에 따른 Lₜ₋₁: 합 { $sum }
likelihood-weight = ωₜ / 평균
    .name = 그래프: 1과 견준 변분 하한의 t별 가중치
likelihood-weight-more = 단순 손실이 너무 적게 반영
likelihood-weight-less = 너무 많이 반영
likelihood-rate = 비트율에 따른 왜곡
    .name = 그래프: 비트율에 따른 왜곡
likelihood-rate-at = 비트율에 따른 왜곡: { $rate } bits/dim에서 { $distortion }단계
likelihood-axis-rate = 비트율
likelihood-estimate = t { $steps }개 중 { $count }개로 구한 값
    .name = 그래프: 변분 하한의 추정 과정, { $total }
likelihood-axis-times = 호출
likelihood-levels = 픽셀 { $x }, { $y }의 L₀: 값마다 { $bits }비트
    .hint = 이미지를 클릭하세요
    .name = 그래프: 픽셀 { $x }, { $y }의 밝기 값
likelihood-axis-level = 밝기
likelihood-decoded = { $rate }비트
    .name = { $rate } bits/dim일 때의 이미지
likelihood-batch = 이미지마다의 비트/차원: 다른 이미지 { $mean }
    .name = 그래프: 이미지마다의 비트/차원, 다른 이미지 { $mean }
likelihood-batch-others = 함께 볼 이미지
likelihood-batch-mean = 다른 이미지의 평균
likelihood-batch-known = 내 이미지까지 { $count }장 가운데 { $done }장
likelihood-batch-yours = 내 이미지 { $bits }
likelihood-batch-begins = 네트워크가 다른 이미지들을 보고 있습니다 …
likelihood-axis-picture = 이미지
likelihood-bound-footnote = bits/dim; t = { $t }에서 Lₜ₋₁ = { $bits }
likelihood-bound-footnote-first = bits/dim; t = 1에서 L₀ = { $bits }
likelihood-bound-footnote-unknown = bits/dim 단위
likelihood-notice-nothing-yet = 아직 알려진 항이 없습니다.
likelihood-dialog-terms = 변분 하한의 항 저장
likelihood-job-terms = 변분 하한의 항
command-likelihood-by-the-ode = ODE를 따라 가능도 계산
command-save-the-terms-of-the-bound = 변분 하한의 항 저장…
command-learn-a-schedule = 노이즈 스케줄 학습
command-use-the-learned-schedule = 학습된 스케줄을 스케줄 A로 쓰기

## 그림 내보내기 대화 상자

figure-content = 내보낼 것
figure-chapter = 이 화면 전체
figure-format = 파일 형식
figure-png = 픽셀 그림으로, 어디에나 쓸 수 있습니다
figure-svg = 곡선, 글자, 수식은 어떤 크기에서도 선명하고 고칠 수 있습니다. 이미지는 그 안에 픽셀로 들어갑니다
figure-theme = 그림의 테마
figure-theme-window = 창과 같게
figure-theme-light = 밝게
figure-theme-dark = 어둡게
figure-size = 크기(픽셀)
figure-width = 너비
figure-height = 높이
figure-sizes = 자주 쓰는 크기
figure-lettering = 글자와 선의 크기
figure-scale = 창의 1포인트당 픽셀 수
figure-pixels = 그림은 { $width } × { $height }픽셀이 됩니다.
figure-save = 저장…
figure-copy = 복사
figure-cancel = 취소
figure-copied = 그림을 복사했습니다
plot-copy = 이 그래프 복사
plot-save = 이 그래프 저장…
error-small-figure = 이 글자 크기로 화면을 담기에는 { $width } × { $height } 픽셀이 너무 작습니다. 적어도 { $wide } × { $high }로 하거나 글자를 줄이세요.
error-no-plot = 이 그래프는 이제 화면에 없습니다. 다시 띄운 뒤 저장하세요.

## Names of axes

axis-name-t = t
    .log = t, 로그
axis-name-log-snr = log SNR
axis-name-t-share = t/T
axis-name-value = 값
axis-name-step = 단계
axis-name-x = x
axis-name-steps = 단계 수
axis-name-calls = 호출
axis-name-iteration = 반복
axis-name-exact = 정확한 값

## Chapter text

command-open-text-pipeline = 텍스트-이미지 파이프라인 열기…
text-dialog-pipeline = 텍스트-이미지 파이프라인(Stable Diffusion 폴더) 열기
text-opening = 파이프라인을 여는 중입니다 …
text-under-way = 그림을 그리는 중입니다: { $percent }%
text-press-draw = 이 파이프라인은 그림을 그리는 데 시간이 걸립니다. ‘그리기’를 누르세요.
text-nothing-drawn = 보여 줄 그림이 없습니다. { $reason }
text-prompt = 무엇을 그릴까요?
text-other-prompt = 같은 노이즈에서 시작하는 다른 글
text-quoted = “{ $text }”
text-draw = 그리기
text-write = 프롬프트 쓰기
text-stop = 그리기 멈추기
text-part = 보이는 것
text-part-words = 낱말
    .about = 한 단계의 픽셀이 어떤 낱말을 보는지 낱말마다 봅니다
text-part-guidance = 가이던스
    .about = 글이 있을 때와 없을 때의 한 단계, 그리고 가이던스가 그 둘로 만드는 것
text-part-swap = 두 글
    .about = 같은 노이즈에서 다른 글로 그립니다. 낱말 하나에 무엇이 바뀌고 무엇이 남는지 봅니다
text-part-cascade = 캐스케이드
    .about = 작은 이미지와, 둘째 네트워크가 그것으로 그리는 큰 이미지
text-guidance = 그리기
text-guidance-scale = 가이던스 세기
    .about = ε̂_∅ + w (ε̂_c − ε̂_∅)의 w입니다. 1이면 글만 따르고, 클수록 글 없이 그릴 그림에서 더 멀어집니다
text-negative = 부정 프롬프트
    .about = 가이던스가 멀어지려는 글입니다. 비워 두면 글이 없는 예측에서 멀어집니다
text-negative-hint = 없음
text-steps = 단계
text-attention = 어텐션
text-layers = 층
text-all-layers = 모든 층의 평균
text-layer = { $layer }번째 층, { $size }
text-heads = 헤드
text-all-heads = 모든 헤드의 평균
text-head = { $head }번째 헤드
text-of-all-layers = 층 { $count }개와 그 헤드의 평균 · Q: 픽셀, K: 낱말
text-of-layer = { $layer }번째 층, 헤드의 평균 · Q: 픽셀, K: 낱말
text-of-head = { $layer }번째 층, { $head }번째 헤드 · Q: 픽셀, K: 낱말
text-pipeline = 파이프라인
text-open = 열기…
    .about = diffusers가 저장한 Stable Diffusion 폴더
text-fact-text = 텍스트 인코더
text-fact-unet = U-Net
text-fact-vae = 오토인코더
text-fact-latent = 잠재 표현
text-fact-tokens = 글의 토큰 수
text-millions = { $millions } × 10⁶
text-left-out = 텍스트 인코더가 읽을 수 있는 길이를 넘어, 끝의 토큰 { $count }개는 빠집니다.
text-unfamiliar = 네트워크가 거의 모르는 낱말입니다: { $unfamiliar }. 잘게 나누어 읽습니다. “red apple”, “cat face”처럼 쉬운 영어 낱말로 써 보세요.
text-earlier = 앞의 낱말
text-later = 뒤의 낱말
text-begin = 시작
text-end = 끝
text-pads = 채움 × { $count }
text-tile = { $word }에 대한 어텐션, 토큰 { $ids }
text-scale = w = { $w }
text-no-word = 글에 낱말이 없음
text-mean-share = { $word } · { $mean }%
text-most-share = 최대 { $most }%
text-nearest-step = { $t }, { $wanted }에 가장 가까운 단계
text-without = 글 없이
text-with = 글과 함께
text-difference-up-to = 최대 { $most }
text-first-stage = 첫째 단
text-second-stage = 둘째 단
text-given = 둘째 단이 받는 것
text-without-network = 네트워크 없이
text-bicubic = 쌍삼차 보간
text-noise-level = 작은 이미지에 넣는 노이즈
    .about = 확대하기 전에 작은 이미지에 넣는 노이즈의 시점 s이며, 네트워크에도 알려 줍니다. 0이면 첫째 단이 잘못 그린 픽셀까지 그대로 믿고, 크면 세부를 스스로 그립니다
text-level = s = { $s }, 둘째 네트워크에 알려 주는 값
text-fact-second = 둘째 U-Net
text-one-stage = { $name }: 한 단으로 그리는 파이프라인입니다. 캐스케이드에는 첫째가 그린 것을 확대하는 둘째 네트워크가 파이프라인의 super_resolution 폴더에 있습니다.
text-use-cascade = { $name } 파이프라인으로 그리기

## Causes, as layers below tell them. The English text is the one by which they are recognised.

cause-cut-short = 파일이 중간에 끝납니다
cause-dimensions = 가로나 세로가 올바르지 않습니다
cause-pixels = { $width } × { $height }픽셀이며, 한 변은 { $most }까지입니다
cause-missing-field = { $line }행 { $column }열까지 { $field } 항목이 없습니다
cause-missing-field-alone = { $field } 항목이 없습니다
cause-no-folder = { $folder } 폴더가 없습니다
cause-make-folder = 폴더를 만들거나 다른 곳을 고르세요
cause-no-folder-above = 그 위의 폴더가 없습니다
cause-make-first = 먼저 그 폴더를 만들거나 다른 곳을 고르세요
cause-is-folder = 폴더입니다
cause-add-name = 경로에 파일 이름을 덧붙이세요
cause-file-in-place = 폴더 자리에 파일이 있습니다
cause-other-folder = 다른 폴더를 고르세요
cause-where-allowed = 쓸 수 있는 곳을 고르세요
cause-disk-full = 디스크가 가득 찼습니다
cause-free-space = 공간을 비우거나 다른 디스크를 고르세요
cause-nothing-there = 그곳에는 아무것도 만들 수 없습니다
cause-other-place = 다른 곳을 고르세요
cause-try-again = 다른 곳을 골라 다시 해 보세요
cause-names-no-file = 그 텍스트는 파일 이름이 아닙니다
cause-no-network = 네트워크가 없는 폴더입니다. model_index.json도 config.json도 없습니다
cause-choose-saved = diffusers의 save_pretrained가 저장한 폴더를 고르세요
cause-memory = 메모리가 너무 많이 필요합니다
cause-tiles-memory = 타일에 메모리가 너무 많이 필요합니다
cause-longest-text = { $most }바이트 이하의 글
cause-within = ±{ $most } 이내
cause-negative = -{ $value }은 음수입니다. 0 이상의 정수여야 합니다
cause-from-to = { $least }부터 { $most }까지
