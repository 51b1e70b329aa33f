# The glossary, and what is said of each chapter, in Korean.
#
# Terms, attributes and marks are those of the English file; style and vocabulary are those of diffuscope.ftl. A term's
# name has the English one in brackets. Controls are called what they are called in the window, in quotation marks.

## Chapters

explain-forward =
    .see = [원본 이미지 x₀](x0)에 √ᾱₜ를, [노이즈 ε](epsilon)에 √(1−ᾱₜ)를 곱해 더하면 [노이즈 섞인 이미지 xₜ](xt)가 됩니다. 아래의 필름은 t가 1에서 T까지 갈 때의 같은 합을 보여 줍니다. 그래프 하나는 xₜ의 픽셀을 N(0, 1)과 비교하고, 다른 하나는 신호와 노이즈가 분산을 어떻게 나누는지 보여 줍니다.
    .try = 타임라인을 끌어 이미지를 더는 알아볼 수 없게 되는 t를 찾아보세요. 인스펙터의 ‘장면’을 펼쳐 ‘급행열차’를 ‘완행열차’로 바꿔 보고(W 키), ‘새로’를 눌러 다른 노이즈로도 보세요(N 키).
    .notice = 큰 모양이 세부보다 오래 남고, 두 비율의 합은 언제나 1입니다. t = T에서는 이미지가 무엇이었든 픽셀들이 거의 N(0, 1)의 종 모양을 이룹니다.
explain-schedules =
    .see = 같은 이미지와 같은 노이즈를 스케줄 A와 B로 위아래에 나란히 보여 줍니다. 각 줄 위에는 스케줄의 이름과 T에 남은 [신호](signal)가 적혀 있습니다. 그래프는 직접 고른 곡선과 [log SNR](log-snr)입니다.
    .try = A나 B의 스케줄을 다른 종류로 바꾸거나 ‘다른 종류 모두’를 켜 보세요. 그다음 ‘같은 t’를 ‘같은 SNR’로 바꿔 보세요. ‘직접 그림’ 스케줄에서는 log SNR 그래프의 점을 끌어 옮길 수 있습니다.
    .notice = SNR이 같으면 두 줄은 똑같아 보이는데, 스케줄은 노이즈 세기마다 단계를 몇 번 쓸지만 정하기 때문입니다. T에 신호가 남아 있으면 순수 노이즈에서 시작하는 실행은 출발부터 어긋납니다.
explain-ledger =
    .see = xₜ를 세 이미지의 합으로 보여 줍니다. [신호](signal), 이전 단계들에서 [물려받은 노이즈](inherited), 그리고 단계 t의 [새 노이즈](new)입니다. 아래는 셋이 t에 따라 분산을 나누는 비율, 지난 각 단계가 아직 보태는 분산, 그리고 삼각형의 변으로 그린 표준편차입니다.
    .try = T = 1000이면 한 단계는 너무 약해 보이지 않습니다. ‘새 노이즈 증폭’을 켜거나 ‘살펴볼 단계 수’를 10으로 바꿔 보세요. ‘넓이가 나타내는 값’을 ‘비율’로 바꾸면 노이즈만 볼 수 있습니다.
    .notice = 분산은 더해지지만 표준편차는 더해지지 않으며, 그래서 삼각형에 직각이 있습니다. t = 1에서는 모두 새 노이즈이지만, 곧 거의 모두가 물려받은 노이즈가 됩니다.
explain-posterior =
    .see = [원본 이미지 x₀](x0)와 [노이즈 섞인 이미지 xₜ](xt), 그리고 둘에서 나오는 xₜ₋₁의 [평균](posterior-mean)과 [샘플](sample) 하나입니다. 지렛대는 평균이 x₀에서 얻은 추정값과 xₜ에서 얻은 추정값에 주는 가중치를 보여 줍니다. 그래프는 모든 가중치와 분산, 그리고 한 픽셀의 세 가우시안입니다.
    .try = 이미지의 픽셀을 클릭해 그 픽셀의 세 가우시안을 보세요. 지렛대를 끌면 이 한 단계가 노이즈를 더 많이 더했을 때를 볼 수 있고, ‘초기화’를 누르면 스케줄의 원래 β로 돌아갑니다.
    .notice = 단계가 노이즈를 많이 더할수록 평균은 x₀를 더 믿으며, 가중치 λₜ와 1−λₜ는 노이즈 장부의 비율과 같습니다. [원시 가중치](weight-sum) w₀와 wₜ의 합은 1보다 작습니다.
explain-reverse =
    .see = 노이즈에서 이미지까지 가는 실행을 계산하는 순서대로 보여 줍니다. [상태 xₜ](xt), 예측기가 그 안에서 본 [노이즈](eps-hat), 그로부터 얻은 [예측 이미지](x0-hat), [단계의 평균](mu-theta), [다음 상태](x-prev)입니다. 아래는 실행의 필름과 호출마다의 수치입니다.
    .try = ‘노이즈 제거’를 누르고, 타임라인을 끌어 실행을 살펴보세요. ‘U-Net’ 대신 ‘오라클’이나 ‘이상적’을 예측기로 고르거나, 샘플러와 단계 수를 바꿔 보세요. ‘경쟁자 추가’를 누르면 여럿이 같은 노이즈에서 경주합니다.
    .notice = x̂₀는 처음에 많은 이미지의 흐릿한 평균이다가, 노이즈가 줄면서 큰 모양이 먼저, 세부가 마지막에 정해집니다. η = 0인 DDIM은 가는 길에 노이즈를 뽑지 않으므로, 출발 노이즈만으로 이미지가 정해집니다.
explain-training =
    .see = 여기에서 학습하는 네트워크를 보여 줍니다. 같은 노이즈에서 거듭 그린 [샘플](sample)과, 학습하지 않은 이미지를 노이즈 여덟 단계에서 [예측한 것](x0-hat)입니다. 아래는 샘플의 필름, [손실](loss), t에 따른 오차의 곡면, 그리고 학습한 이미지와 검증 이미지의 오차입니다. ‘한 단계’는 이미지, 노이즈, 예측, 차이를 하나씩 보여 줍니다.
    .try = ‘학습 시작’을 누르세요. 숫자는 일이 분이면 됩니다. 필름을 끌어 300번째 반복에서 무엇을 그렸는지 보세요. 예측 대상이나 가중, 스케줄이 다른 네트워크를 나란히 학습시켜 보고, ‘노이즈 제거’를 눌러 보세요.
    .notice = 강한 노이즈를 먼저 배웁니다. 신호가 거의 없으면 ε이 쉽게 보이기 때문입니다. 작은 t는 가장 늦게 배우고, 거기에서 오차가 가장 크게 남습니다. 이동평균한 가중치가 그대로의 가중치보다 잘 그립니다.
explain-latent =
    .see = 위는 픽셀로 본 이미지, 아래는 같은 이미지를 훨씬 적은 수로 나타낸 오토인코더의 [잠재 표현](latent)입니다. 둘째 열에서는 둘 다 노이즈가 섞입니다. [xₜ](xt)는 픽셀에, [zₜ](noised-latent)는 잠재 표현에 섞입니다. 오른쪽은 [디코더](decoded)가 노이즈 없는 잠재 표현과 섞인 잠재 표현에서 그려 낸 것이고, 그 사이는 오토인코더가 틀린 곳과 zₜ의 채널입니다.
    .try = t를 끌면서 xₜ와 D(zₜ)를 견주어 보세요. 그다음 ‘같은 SNR’을 고르세요. 직접 고른 이미지를 열거나 크기를 키워 보세요.
    .notice = 픽셀의 노이즈는 이미지 위에 낀 알갱이여서 이미지가 오래 비쳐 보입니다. 잠재 표현의 노이즈는 경계와 색을 옮깁니다. 디코더는 어떤 잠재 표현에서도 알갱이 없는 그림을 그려서, 처음에는 붓으로 그린 듯하고 노이즈가 많으면 색색의 조약돌 같습니다. 자리가 적으므로 잠재 공간에서는 호출 한 번이 훨씬 쌉니다.
explain-latent-between =
    .see = 이미지에서 다른 이미지로 가는 길입니다. 위는 두 이미지의 [픽셀](x0)을 평균한 것이고, 아래는 잠재 표현을 평균해 [디코더](decoded)로 그린 것입니다.
    .try = 도착할 이미지를 바꾸고 가운데를 보세요.
    .notice = 픽셀의 평균에서는 두 이미지가 겹쳐 보입니다. 여기서는 잠재 표현의 평균도 크게 낫지 않습니다. 이 잠재 표현은 Stable Diffusion에서처럼 그 자체가 작은 이미지이며, 비슷한 이미지를 이웃에 두려는 것이 아니라 계산을 줄이려는 것이기 때문입니다.
explain-latent-run =
    .see = 잠재 공간에서 진행하는 역방향 과정입니다. t의 [상태](noised-latent)와 그 채널, 네트워크가 짐작한 마지막 [잠재 표현](latent), 그리고 [디코더](decoded)가 그것으로 그린 이미지입니다. 아래는 그 과정의 필름입니다.
    .try = t를 끌어 보세요. ‘텍스트’에서 다른 글을 쓰고 돌아와 보세요.
    .notice = 상태는 나중까지도 노이즈처럼 보이지만, 짐작에는 처음 단계부터 색과 자리가 나타납니다. 그림을 얻으려면 마지막 잠재 표현만 디코딩하면 되고, 여기서는 과정을 보려고 모두 디코딩합니다.
explain-text =
    .see = 네트워크가 여러분의 글에서 그린 그림입니다. 한 단계의 [상태](noised-latent), 네트워크가 짐작한 [마지막 모습](x0-hat), 그리고 픽셀이 어떤 낱말을 [보는](attention) 곳입니다. 아래에는 글의 토큰이 저마다의 지도와 함께 있고, 그 아래는 그려지는 과정의 필름입니다.
    .try = 글을 쓰고 ‘그리기’를 누르세요. 낱말을 가리키고, t를 끌어 과정을 훑어보세요. 층이나 헤드 하나만 골라 보세요.
    .notice = t가 큰 처음에는 아직 아무것도 자리를 잡지 않아 지도가 넓게 퍼지고, 나중에는 낱말이 제 물건이 있는 곳에 모입니다. 어텐션의 많은 몫이 뜻 없는 시작과 채움에 머무는데, 낱말이 필요 없는 픽셀이 그곳을 봅니다.
explain-text-guidance =
    .see = 한 단계를 두 번 봅니다. 글 없이 예측한 [노이즈](eps-hat)와 글과 함께 예측한 노이즈, 그리고 둘이 다른 곳입니다. 아래는 각각에서 나온 그림과 가이던스를 준 그림입니다.
    .try = 세기 w와 t를 끌어 보세요. 부정 프롬프트도 써 보세요.
    .notice = 가이던스는 글이 이끈 방향으로 더 나아갑니다. w가 크면 그림이 뚜렷하고 거칠어지며, 같은 글의 그림들이 서로 비슷해집니다.
explain-text-swap =
    .see = 같은 노이즈에서 시작한 두 글의 그림과, 그 아래 각각이 그려진 과정입니다.
    .try = 둘째 글의 낱말 하나를 바꾸고, 다른 시드도 골라 보세요.
    .notice = 처음 단계가 무엇이 어디에 놓일지를 정하고, 글이 비슷한 만큼 그 단계들도 비슷합니다. 그래서 낱말 하나가 바뀌어도 나머지는 남을 수 있습니다.
explain-text-cascade =
    .see = 두 단으로 그린 이미지입니다. 첫째 네트워크가 글에서 그린 [작은 이미지](x0-hat), 둘째 네트워크가 받는 크기로 [노이즈](xt)를 조금 넣은 것, 그리고 둘째가 그린 [큰 이미지](x0-hat)입니다. 오른쪽은 작은 이미지를 네트워크 없이 확대한 것이고, 아래는 두 이미지가 그려진 과정입니다.
    .try = 작은 이미지에 넣는 노이즈 s를 끌어 보세요. t를 끌어 두 과정을 훑어보세요.
    .notice = 무엇이 어디에 있을지는 첫째 단이 정하고, 확대만으로는 알 수 없는 가장자리와 세부는 둘째 단이 더합니다. 노이즈가 없으면 첫째가 잘못 그린 것까지 베끼고, 많으면 마음대로 그립니다.
explain-distributions =
    .see = 모든 것을 정확히 알 수 있는 1차원(‘직선’)과 2차원(‘평면’)의 확산입니다. ‘직선’은 데이터, 모든 t의 q(xₜ)와 고른 상태에서 나온 경로, 그곳의 역방향 커널, 그리고 x₀가 무엇이었을지를 보여 줍니다. ‘평면’은 점구름, 샘플러의 경주, 가이던스, 학습하는 네트워크, 가능도를 보여 줍니다.
    .try = ‘직선’에서 데이터를 끌어 모양을 바꾸고, 분포 지도에서 상태를 클릭한 다음, 역방향 커널이 더는 가우시안이 아닐 때까지 ‘합친 단계 수’를 늘려 보세요. ‘평면’에서는 ‘경주’를 골라 네트워크 호출 수에 따라 샘플러를 비교해 보세요.
    .notice = 데이터가 무엇이든 q(xₜ)는 끝에서 같은 종 모양이 되고, 작은 단계를 많이 밟으면 되돌아올 수 있습니다. SDE의 경로는 거칠고 저마다 다르며 ODE의 경로는 매끄러운 하나뿐인데도, 모든 t에서 둘의 분포는 같습니다.
explain-likelihood =
    .see = 네트워크를 가진 사람에게 이 이미지를 전하는 데 차원당 몇 비트가 드는지, 곧 [변분 하한](bound)입니다. 체인 아래 막대에는 세 부분, [인코더의 끝](prior-term), [디노이저의 단계](denoiser-term), [디코더의 밝기 값](decoder-term)이 있습니다. 마지막 두 이미지는 어느 픽셀에 비트가 드는지 보여 줍니다.
    .try = t를 끌어 노이즈가 많을 때와 적을 때 어느 픽셀에 가장 많이 드는지 보세요. ‘비트율’에서 곡선을 따라 끌면 비트가 도착하는 대로 이미지가 나타납니다. 픽셀을 클릭하면 그 밝기 값들이 보입니다.
    .notice = 작은 t의 단계에 비트가 가장 많이 듭니다. 거의 눈에 띄지 않는 세부를 담기 때문이며, 단순 손실은 바로 이것들을 적게 반영합니다. 네트워크가 아는 것과 다른 사진은 8비트보다 더 들 수도 있습니다.
explain-likelihood-rate =
    .see = 하한을 T에서 1까지 보내는 메시지로 본 것입니다. 곡선은 그만큼의 비트가 왔을 때 [x̂₀](x0-hat)가 원본과 얼마나 다른지이고, 옆은 항이 모이는 대로 구한 [하한](bound)의 추정값과 픽셀 하나의 [밝기 값](decoder-term)입니다.
    .try = 곡선을 따라 끌면 비트가 도착하는 대로 이미지가 나타납니다. 이미지의 픽셀을 클릭하면 그 밝기 값들이 보입니다.
    .notice = 윤곽은 적은 비트로 오고, 나머지 비트는 거의 모두 눈에 잘 띄지 않는 세부에 듭니다.
explain-likelihood-batch =
    .see = 불러온 이미지의 하한과 다른 이미지들의 하한입니다. 저마다 오차가 있고, 평균도 나옵니다.
    .try = 어디의 이미지를 볼지 고르고, 어느 것이 싸고 어느 것이 비싼지 보세요.
    .notice = 네트워크가 본 적 없는 것은 비트가 더 들고, 세부가 많은 이미지도 그렇습니다.
explain-likelihood-continuous =
    .see = 같은 log SNR에서 같은 log SNR까지 저마다 다른 길로 가는 네 스케줄과, 연속 시간의 [손실](continuous-loss)이 t마다 더해 가는 양입니다. 아래는 스케줄이 들어 있지 않은 log SNR로 본 같은 넓이, T단계의 손실, 그리고 t 64개씩으로 구한 추정값입니다.
    .try = 스케줄에서 ‘4 직접 그림’을 골라 곡선의 점을 끌어 보세요. 피적분함수의 모양은 바뀌지만 넓이는 그대로입니다. 이제 첫 그래프나 넓이 그래프에서 한쪽 끝을 끌어 보세요. 이번에는 넓이가 바뀝니다.
    .notice = t에서 SNR로 변수를 바꾸면 스케줄은 사라지고 양 끝만 남습니다. 그래도 스케줄이 아무 영향이 없지는 않습니다. 추정값이 흩어지는 정도가 다르고, 단계가 적으면 손실도 다릅니다. 고르게 편 t는 독립인 t보다 덜 흩어집니다.
explain-likelihood-learned =
    .see = 네트워크와 함께 [학습되는 노이즈 스케줄](log-snr)과, 양 끝은 같지만 학습되지 않는 두 스케줄입니다. 위는 t에 따른 log SNR과 [손실](continuous-loss)이 t마다 더해 가는 양이고, 아래는 t 하나로 구한 손실이 스케줄마다 얼마나 흩어지는지 보여 줍니다.
    .try = ‘스케줄 학습하기’를 누르고 지켜보세요. 곡선이 멈추면 스케줄 A로 쓰고, 스케줄 장과 순방향 장에서 살펴보세요.
    .notice = 양 끝이 같으므로 세 곡선 아래의 넓이는 같습니다. 처음에는 네트워크가 어디서나 틀리므로 모든 t의 손실이 비슷하고 스케줄의 차이도 작습니다. 네트워크가 배우는 동안 학습되는 스케줄은 거의 늘 맞히는 곳을 빨리 지나고 틀리는 곳에 오래 머뭅니다. 그래서 손실이 거의 평평하게 유지되고, 흩어지는 정도는 가능한 최솟값에 가깝습니다. 양 끝은 변분 하한 자체를 따릅니다.

## The forward process

term-diffusion-model = 확산 모델(diffusion model)
    .about = 노이즈를 되돌리는 법을 학습하는 생성 모델입니다. 이미지를 여러 작은 단계에 걸쳐 노이즈로 만들고, 네트워크가 되돌아오는 길을 학습하여 순수 노이즈에서 새 이미지를 만들어 냅니다.
    .also = 디퓨전 모델, 생성 모델, 디노이징 확산, DDPM, denoising diffusion, generative model
term-forward-process = 순방향 과정(forward process)
    .about = 이미지에 노이즈를 T번에 걸쳐 한 단계씩 더해, 마지막에는 거의 노이즈만 남게 하는 과정입니다. 모든 단계가 미리 정해진 가우시안 커널이므로 여기에는 학습할 것이 없습니다.
    .also = 정방향 과정, 전방 과정, 확산 과정, 노이즈 추가, forward diffusion, noising, q
term-forward-kernel = 순방향 커널(forward kernel)
    .about = 순방향 과정의 한 단계입니다. 상태를 √αₜ배로 줄이고 분산이 βₜ인 노이즈를 더합니다. 둘이 맞물려 분산 1은 그대로 1로 유지됩니다.
    .also = 전이 커널, 전이 확률, 한 단계, transition kernel, q(x_t | x_t-1)
term-jump = 급행열차(jump)
    .about = x₀에서 원하는 xₜ까지 중간 단계를 거치지 않고 ε 하나로 한 번에 가는 길입니다. 결과의 분포는 t단계를 하나씩 거친 것과 같으며, 학습은 이 성질에 기댑니다.
    .also = 점프, 급행, 닫힌 형태, 한 번에 샘플링, 재매개변수화, express train, closed form, direct sampling, reparameterization, q(x_t | x_0)
term-walk = 완행열차(walk)
    .about = 진짜 마르코프 연쇄(Markov chain)입니다. 각 상태는 바로 앞 상태만으로, 그것을 줄이고 새 노이즈를 더해 만듭니다. 그래서 이웃한 시점의 이미지는 노이즈를 대부분 공유합니다.
    .also = 워크, 걷기, 완행, 마르코프 체인, 한 단계씩, 브라운 운동, Markov chain, local train, random walk, Brownian path
term-marginal = 주변분포(marginal)
    .about = 모든 데이터에 걸친 xₜ의 분포 q(xₜ)로, 데이터의 분포를 줄이고 노이즈로 흐린 것입니다. 데이터가 무엇이었든 t = T에서는 거의 N(0, 1)이 됩니다. q(xₜ | x₀)를 주변분포라 부르는 글도 있습니다.
    .also = 주변 분포, 한계분포, marginal distribution, q(x_t)
term-timestep = 시점 t(timestep)
    .about = 노이즈를 몇 단계까지 더했는지를 나타냅니다. t는 1부터 T까지이고, t = 0은 원본 이미지입니다. 0부터 세는 프로그램도 있으며, 그때의 시점은 t − 1입니다.
    .also = 타임스텝, 시간, 단계, 단계 수, time step, t
term-x0 = 원본 이미지 x₀(clean picture)
    .about = 노이즈를 더하기 전의 이미지로, 값은 −1에서 1까지입니다. 학습은 여기에서 출발하고, 샘플링은 이와 닮은 것으로 끝나야 합니다.
    .also = 깨끗한 이미지, 원본, 데이터, x_0, x0, original, clean image, data
term-eps = 노이즈 ε(noise)
    .about = xₜ에 든 노이즈 전체를 픽셀과 채널마다 표준정규분포를 따르는 값 하나로 나타낸 것입니다. 평균은 0, 분산은 1이며, xₜ에서는 √(1−ᾱₜ)가 곱해집니다.
    .also = 엡실론, 가우시안 노이즈, 가우시안, 정규분포, 백색 잡음, 잡음, epsilon, eps, Gaussian noise, white noise
term-xt = 노이즈 섞인 이미지 xₜ(noised picture)
    .about = 시점 t의 상태로, 이미지의 남은 부분에 그때까지의 노이즈를 모두 더한 것입니다. 네트워크가 보는 것은 이것과 t뿐입니다.
    .also = 상태, 노이즈 낀 이미지, 잠재변수, x_t, xt, noisy image, state, latent
term-factors = 신호 계수와 노이즈 계수
    .about = xₜ에서 이미지에는 √ᾱₜ가, 노이즈에는 √(1−ᾱₜ)가 곱해집니다. 두 계수의 제곱을 더하면 1이므로, 이미지의 분산이 1이면 xₜ의 분산도 1입니다.
    .also = 계수, 진폭, 루트 알파 바, signal factor, noise factor, coefficients, amplitude, signal rate, noise rate, sqrt alpha bar
term-seed = 시드(seed)
    .about = 모든 노이즈를 정하는 수입니다. 시드가 같으면 어느 시점, 어느 장, 어느 스케줄에서도 노이즈가 같으므로, 눈에 보이는 차이는 여러분이 바꾼 것에서 생긴 것입니다.
    .also = 난수 시드, 난수, 재현성, random seed, random numbers, reproducibility

## Schedules

term-schedule = 노이즈 스케줄(noise schedule)
    .about = 각 단계가 노이즈를 얼마나 더하는지, 곧 이미지가 얼마나 빨리 사라지는지를 정하는 분산 β₁부터 β_T까지입니다. 학습하지 않고 미리 정해 둡니다.
    .also = 스케줄, 분산 스케줄, 베타 스케줄, variance schedule, beta schedule
term-beta = 새 노이즈 분산 βₜ
    .about = 단계 t가 더하는 노이즈의 분산입니다. 대부분의 스케줄에서 t와 함께 커집니다. 잃을 세부가 많을 때는 조금씩, 남은 것이 거의 없을 때는 많이 더합니다.
    .also = 베타, 노이즈 분산, 새 노이즈의 분산, beta, beta_t, diffusion rate, noise rate
term-alpha = 보존 비율 αₜ
    .about = 단계 t에서 보존되는 분산의 비율입니다. 나머지 βₜ는 새 노이즈가 채웁니다. 상태 자체에는 그 제곱근 √αₜ가 곱해집니다.
    .also = 알파, 유지 비율, 남는 비율, alpha, alpha_t, kept share
term-alpha-bar = 신호 분산 ᾱₜ
    .about = xₜ의 분산에서 아직 신호인 비율로, t까지의 α를 모두 곱한 값입니다. 거의 1에서 0 쪽으로 줄어들며, xₜ에 노이즈가 얼마나 섞였는지는 이것만으로 정해집니다. DDIM 논문은 이것을 α로 씁니다.
    .also = 알파 바, 누적곱, 누적 노이즈, 신호 비율, alpha bar, abar, alpha_bar, alphas_cumprod, cumulative product, signal variance
term-noise-variance = 노이즈 분산 1−ᾱₜ
    .about = xₜ에 든 노이즈 전체의 분산으로, 1에서 ᾱₜ를 뺀 값입니다. 단계마다 물려받은 노이즈와 새 노이즈의 분산을 더한 것과 같습니다.
    .also = 누적 노이즈, 전체 노이즈 분산, 1 빼기 알파 바, one minus alpha bar, cumulative noise, total noise, noise variance
term-snr = 신호 대 잡음비 SNRₜ
    .about = 신호의 분산을 노이즈의 분산으로 나눈 값(signal-to-noise ratio)으로, t가 커질수록 작아집니다. 이미지와 노이즈가 같으면 두 스케줄은 SNR이 같은 곳에서 똑같아 보이고, t만 다릅니다.
    .also = 신호대잡음비, 신호 대 노이즈 비율, SNR, SNR_t, signal-to-noise ratio, signal to noise
term-log-snr = 로그 신호 대 잡음비 log SNRₜ
    .about = SNRₜ의 자연로그로, 신호와 노이즈의 세기가 같으면 0입니다. 시간 축으로 쓰면 스케줄을 서로 비교할 수 있습니다. 모두 이 축을 따라 내려가되 빠르기만 다르기 때문입니다.
    .also = 로그 SNR, log SNR, logsnr, log signal-to-noise ratio
term-zero-terminal-snr = T에서 신호 0(zero terminal SNR)
    .about = 마지막 단계에 신호가 전혀 남지 않는 스케줄입니다. 그래서 학습도 샘플링이 출발하는 바로 그 노이즈까지 다룹니다. √ᾱ를 평행 이동하고 늘여 마지막 값이 0이 되게 합니다.
    .also = 제로 터미널 SNR, 종단 SNR 0, 마지막 신호 0, ZTSNR, zero signal at T, rescale_betas_zero_snr
term-schedule-linear = 선형 스케줄(linear)
    .about = β가 단계마다 같은 양만큼 커집니다. 1000단계에 걸쳐 0.0001에서 0.02까지 가는 DDPM의 스케줄입니다. 작은 이미지는 T에 이르기 훨씬 전에 거의 노이즈가 됩니다.
    .also = 선형, linear beta, DDPM schedule
term-schedule-scaled-linear = 스케일 선형 스케줄(scaled linear)
    .about = √β가 단계마다 같은 양만큼 커집니다. β가 0.00085에서 0.012까지 가는 Stable Diffusion의 스케줄입니다. T = 1000이면 T에서도 신호가 조금 남아 √ᾱ = 0.07입니다.
    .also = 스케일 선형, 스케일드 선형, 스테이블 디퓨전, scaled_linear, Stable Diffusion, latent diffusion
term-schedule-cosine = 코사인 스케줄(cosine)
    .about = ᾱ가 코사인의 제곱을 따릅니다. 양 끝은 완만하고 그 사이는 거의 곧아서, 중간 세기의 노이즈에 선형 스케줄보다 많은 단계를 씁니다. β는 0.999를 넘지 않습니다.
    .also = 코사인, squaredcos_cap_v2, improved DDPM
term-schedule-sigmoid = 시그모이드 스케줄(sigmoid)
    .about = β가 가장 작은 값에서 가장 큰 값까지 S자 모양의 로지스틱 함수를 따릅니다. 양 끝에서는 천천히, 가운데에서 가장 빨리 커집니다.
    .also = 시그모이드, 로지스틱, logistic, S-curve, GeoDiff
term-schedule-logsnr = 선형 log SNR 스케줄(linear log-SNR)
    .about = 직접 고른 두 끝값 사이에서 SNR의 로그가 단계마다 같은 양만큼 줄어듭니다. 그래서 SNR이 절반이 되는 데 언제나 같은 수의 단계가 걸립니다.
    .also = 로그 SNR, 로그 선형, 선형 로그 SNR, logsnr, variational diffusion, VDM
term-schedule-constant = 상수 스케줄(constant)
    .about = 모든 단계의 β가 같습니다. 그러면 ᾱ는 등비수열처럼 단계마다 같은 비율로 줄고, 새 노이즈의 비율은 차츰 β에 가까워집니다.
    .also = 상수, 등비수열, constant beta, geometric
term-schedule-drawn = 직접 그린 스케줄(drawn)
    .about = 직접 만드는 스케줄입니다. ‘스케줄’ 장에서 끌어 옮기는 조절점들을 지나는 log SNR 곡선으로 정해집니다. 노이즈는 늘기만 하므로 곡선은 끝까지 내려가야 합니다.
    .also = 직접 그림, 사용자 스케줄, 조절점, 제어점, custom schedule, hand-drawn, control points
term-schedule-trained = 표로 된 β(schedule as a table)
    .about = β를 시점마다 하나씩 적은 표로 정한 스케줄입니다. 고유한 스케줄을 가진 체크포인트가 이런 표를 가져오고, 학습한 스케줄도 이 표로 쓰며, T는 표의 길이로 정해집니다.
    .also = 파일의 스케줄, 베타 표, 가져온 스케줄, trained_betas, scheduler_config.json, table of betas

## The noise ledger

term-signal = 신호(signal)
    .about = xₜ에서 아직 이미지인 부분, 곧 √ᾱₜ배로 옅어진 x₀입니다. 이미지의 분산이 1이면 신호의 분산은 ᾱₜ입니다.
    .also = 원본 성분, 남은 이미지, signal part, faded picture
term-inherited = 물려받은 노이즈(inherited noise)
    .about = 이전 단계들이 더한 노이즈 전체입니다. 단계 t는 이것을 이미지와 함께 √αₜ배로 줄이므로, xₜ에서의 분산은 αₜ(1−ᾱₜ₋₁)입니다.
    .also = 이전 노이즈, 쌓인 노이즈, 누적 노이즈, old noise, past noise
term-new = 새 노이즈(new noise)
    .about = 단계 t가 스스로 더하는 노이즈로, 분산은 βₜ입니다. T = 1000이면 한 단계의 노이즈는 너무 약해 보이지 않으므로, 증폭하거나 적은 단계로 보아야 합니다.
    .also = 새로 더한 노이즈, fresh noise, added noise
term-lambda = 새 노이즈 비율 λₜ
    .about = xₜ의 노이즈에서 단계 t가 방금 더한 비율이며, 나머지 1−λₜ는 물려받은 것입니다. t = 1에서는 모두 새 노이즈입니다. 이 두 수는 사후 평균의 정확한 가중치이기도 합니다.
    .also = 람다, 물려받은 노이즈 비율, lambda, lambda_t, new share, inherited share
term-past-share = 지난 단계의 몫(past share)
    .about = 단계 s가 더한 노이즈 가운데 xₜ에 아직 남아 있는 분산 βₛ ᾱₜ/ᾱₛ입니다. t까지의 모든 단계에 대해 더하면 노이즈 전체의 분산 1−ᾱₜ가 됩니다.
    .also = 과거 단계의 기여, 단계별 기여, contribution of each step, history of noise
term-variances-add = 분산은 더해집니다(variances add)
    .about = 서로 독립인 노이즈는 직각삼각형의 두 변처럼 더해집니다. 분산은 더해지지만 표준편차는 더해지지 않습니다. σ = 1인 노이즈 둘을 더하면 σ는 2가 아니라 1.41입니다.
    .also = 분산의 합, 표준편차, 피타고라스, 직각삼각형, 독립, 노이즈 장부, Pythagoras, standard deviation, right triangle, noise ledger
term-residual = 잔차(residual)
    .about = xₜ에서 신호, 물려받은 노이즈, 새 노이즈의 합을 뺀 것입니다. 남는 것은 단정밀도의 반올림 오차뿐이므로, 이 셋이 xₜ의 전부입니다.
    .also = 나머지, 반올림 오차, rounding error, remainder

## The posterior

term-prior = 사전분포(prior)
    .about = 아무것도 보기 전에 가정하는 분포입니다. 여기서는 실행이 출발하는 표준정규분포, 곧 t = T의 p(xₜ)이며, 데이터에 대해 아무것도 알지 못합니다.
    .also = 사전 분포, 표준정규분포, 출발 노이즈, p(x_T), N(0, I), standard normal, starting noise
term-posterior = 사후분포(posterior)
    .about = q(xₜ₋₁ | xₜ, x₀), 곧 xₜ와 x₀를 모두 알 때 xₜ₋₁이 무엇이었는지를 나타내는 분포입니다. 베이즈 정리에 따라 정확히 알 수 있는 가우시안이며, 네트워크는 x₀ 없이 이를 흉내 내는 법을 학습합니다.
    .also = 사후 분포, 베이즈 정리, Bayes, forward process posterior, q(x_t-1 | x_t, x_0)
term-posterior-mean = 사후 평균 μ̃ₜ(posterior mean)
    .about = xₜ와 x₀를 모두 알 때 xₜ₋₁의 가장 좋은 추정값입니다. 두 추정값 √ᾱₜ₋₁ x₀와 xₜ/√αₜ를 가중치 λₜ와 1−λₜ로 평균한 것입니다.
    .also = 뮤 틸다, 사후평균, 사후분포의 평균, mu tilde
term-precision = 정밀도(precision)
    .about = 분산의 역수로, 추정이 얼마나 확실한지를 나타냅니다. xₜ₋₁이 어디였는지를 x₀는 정밀도 1/(1−ᾱₜ₋₁)로, xₜ는 αₜ/βₜ로 알려 줍니다. 사후분포는 둘을 이에 비례하는 가중치로 평균하며, 그 정밀도는 둘의 합입니다.
    .also = 분산의 역수, 가우시안의 곱, 확실성, inverse variance, product of Gaussians, certainty
term-raw-weights = 원시 가중치 w₀, wₜ(raw weights)
    .about = 논문에 나오는 사후 평균의 식에서 x₀와 xₜ에 곱해진 계수입니다. t > 1이면 합이 1보다 작으므로 이 식은 평균이 아닙니다. λₜ로 쓴 식이 평균입니다.
    .also = 가중치, 계수, 가중치의 합, 볼록 결합, w0, wt, posterior coefficients, weight sum, convex combination
term-posterior-variance = 사후 분산 β̃ₜ(posterior variance)
    .about = 사후분포의 분산으로, xₜ와 x₀를 알아도 xₜ₋₁에 남는 불확실성입니다. t = 1에서는 0이고 언제나 βₜ보다 작지만, t가 크면 거의 같습니다.
    .also = 베타 틸다, 사후분산, 사후분포의 분산, beta tilde, fixed_small
term-x-prev = 상태 xₜ₋₁
    .about = 원본 이미지에 한 단계 더 가까운 상태입니다. 한 단계가 여러 시점을 건너뛰어 t에서 s로 가면 xₛ라고 씁니다. ‘사후분포’ 장에서는 q(xₜ₋₁ | xₜ, x₀)에서 뽑은 것이고, ‘역방향’ 장에서는 단계의 평균에, 샘플러가 노이즈를 더한다면 그 노이즈까지 더한 것입니다.
    .also = 다음 상태, 이전 시점의 상태, 사후 샘플, x_t-1, next state, previous state, posterior sample

## The reverse process

term-reverse-process = 역방향 과정(reverse process)
    .about = 노이즈에서 이미지로 되돌아오는 길입니다. 네트워크가 평균을 예측하는 가우시안 단계들의 연쇄이며, 학습은 이 단계들을 정확한 역방향 단계에 가까워지게 합니다.
    .also = 역과정, 노이즈 제거, 디노이징, 생성, 샘플링, denoising, generation, sampling, backward process, p_theta
term-reverse-kernel = 역방향 커널(reverse kernel)
    .about = 데이터의 분포는 알지만 x₀는 모를 때의 참된 역방향 단계 q(xₜ₋₁ | xₜ)입니다. 어떤 모양이든 될 수 있지만 βₜ가 작으면 거의 가우시안입니다. 그래서 작은 가우시안 단계를 많이 밟으면 됩니다.
    .also = 역전이 커널, 참된 역방향 단계, backward kernel, q(x_t-1 | x_t), Feller
term-mu-theta = 단계의 평균 μ_θ
    .about = 샘플러의 한 단계가 스스로 노이즈를 더하기 전에 도달하는 곳입니다. DDPM에서는 사후 평균의 식에 참 노이즈 대신 예측 노이즈를 넣은 것입니다.
    .also = 뮤 세타, 모델 평균, mu theta, mu_theta, model mean
term-reverse-variance = 단계의 분산 σₜ²
    .about = DDPM의 한 단계가 평균에 더하는 노이즈의 분산입니다. 데이터가 점 하나라면 β̃ₜ가, N(0, 1)을 따른다면 βₜ가 정확합니다. 단계가 많으면 둘은 거의 같습니다.
    .also = 시그마, 분산 종류, sigma_t, sigma squared, fixed_small, fixed_large, variance_type
term-eps-hat = 예측 노이즈 ε̂(predicted noise)
    .about = 예측기가 xₜ에 든 노이즈라고 본 것입니다. 예측 이미지와 스코어, 다음 상태가 모두 여기서 나오며, x₀나 v를 예측하는 네트워크의 출력도 이것으로 바꿉니다.
    .also = 엡실론 햇, 예측한 노이즈, epsilon hat, eps_hat, epsilon theta, eps_theta, noise prediction
term-x0-hat = 예측 이미지 x̂₀(predicted picture)
    .about = 예측 노이즈가 맞다고 볼 때의 원본 이미지입니다. xₜ에서 예측 노이즈를 빼고 남은 것을 다시 키워 얻습니다. t가 크면 xₜ가 나올 수 있었던 많은 이미지의 흐릿한 평균입니다.
    .also = 엑스 햇 제로, 예측 원본, 예측한 이미지, x0 hat, x0_hat, predicted x0, pred_original_sample, denoised
term-prediction-type = 예측 유형(prediction type)
    .about = 네트워크의 출력이 무엇을 뜻하는지입니다. 노이즈 ε(epsilon)이나 원본 이미지 x₀(sample), 또는 둘을 섞은 v입니다. 하나를 알면 나머지도 알 수 있지만, 어떤 오차를 크게 치는지가 다릅니다.
    .also = 예측 대상, 매개변수화, prediction_type, parameterization, epsilon prediction, x0 prediction, sample prediction
term-v-prediction = v 예측(v-prediction)
    .about = 노이즈와 원본 이미지 사이의 예측 대상입니다. t가 작으면 거의 ε이고, t가 크면 거의 −x₀입니다. ε과 달리 xₜ에 신호가 남아 있지 않아도 원본 이미지를 알려 줍니다.
    .also = 속도, 속도 예측, v_prediction, velocity
term-clipping = x̂₀ 클리핑(clipping)
    .about = 이미지에는 [−1, 1]을 벗어난 값이 없으므로, 단계를 밟기 전에 x̂₀를 이 범위로 잘라 냅니다. 오차가 커지는 것을 막지만, 그러면 단계가 더는 ε̂만으로 정해지지 않습니다.
    .also = 자르기, 임계 처리, clip_sample, static thresholding, dynamic thresholding
term-network-call = 네트워크 호출(network call)
    .about = 네트워크를 한 번 계산하는 것으로, 샘플링의 비용을 재는 단위입니다. 대부분의 샘플러는 단계마다 한 번, Heun은 두 번 호출합니다. 논문에서는 NFE라고 합니다.
    .also = 신경망 호출, 함수 평가 횟수, 비용, NFE, number of function evaluations, cost
term-spacing = 시점 간격(timestep spacing)
    .about = 실행의 단계들을 T개의 시점에 어떻게 나누어 놓는지입니다. leading은 T에 못 미치고, trailing은 T에서 출발하며, linspace는 양 끝을 모두 씁니다. 순수 노이즈에서라면 T에서 출발해야 합니다.
    .also = 시점 배치, 타임스텝 간격, timestep_spacing, leading, trailing, linspace, respacing
term-u-net = U-Net
    .about = 확산 모델이 흔히 쓰는 네트워크(유넷)입니다. 입력을 단계적으로 줄여 작은 크기에서 계산한 뒤 다시 키우며, 크기가 같은 층끼리 바로 이어(skip connection) 세부를 지킵니다. t도 입력으로 받습니다.
    .also = 유넷, 신경망, 인코더, 디코더, 스킵 연결, UNet, UNet2DModel, encoder, decoder, skip connection, denoiser
term-checkpoint = 체크포인트(checkpoint)
    .about = 네트워크의 가중치를 설정과, 대개는 스케줄과 함께 저장한 diffusers 형식의 폴더입니다. 네트워크는 자기가 학습한 스케줄의 노이즈만 압니다.
    .also = 가중치, 사전학습 모델, 모델 폴더, weights, model folder, safetensors, diffusers, pretrained model
term-oracle = 오라클(oracle)
    .about = x₀를 이미 아는 예측기입니다. σ² = β̃인 DDPM과 함께 쓰면 각 단계는 정확한 사후분포에서 뽑은 것이 되고, 실행은 언제나 그 이미지로 끝납니다. 완벽한 예측이 어떤 것인지 보여 줍니다.
    .also = 완벽한 예측기, 정답을 아는 예측기, perfect predictor
term-ideal-denoiser = 이상적 노이즈 제거기(ideal denoiser)
    .about = 작은 데이터셋에서 가장 좋은 예측입니다. 각 이미지가 xₜ가 되었을 가능성을 가중치로 삼아 이미지들을 평균합니다. 이미지를 모두 외우고 있으므로, 실행하면 그 이미지들만 돌려줍니다.
    .also = 이상적 디노이저, 최적 디노이저, 암기, 닫힌 형태, optimal denoiser, memorization, closed form

## Samplers

term-sampler-ddpm = DDPM
    .about = 조상 샘플링(ancestral sampling)입니다. 단계마다 예측한 평균을 중심으로 하는 가우시안에서 xₜ₋₁을 뽑습니다. 학습한 연쇄를 그대로 따르며, T단계를 모두 밟을 때 가장 좋습니다.
    .also = 조상 샘플링, 확률적 샘플러, denoising diffusion probabilistic model, stochastic sampler
term-sampler-ddim = DDIM
    .about = 단계마다 x̂₀와 예측 노이즈를 다음의 더 낮은 노이즈 세기로 다시 섞습니다. η = 0이면 아무것도 새로 뽑지 않으므로 출발이 같으면 결과도 같고, 단계가 적어도 충분합니다.
    .also = 결정적 샘플러, 급행 샘플링, 암시적 모델, denoising diffusion implicit model, express sampling, deterministic sampler
term-eta = 에타 η(eta)
    .about = DDIM의 한 단계가 더하는 노이즈의 크기를 DDPM과 견준 값입니다. 0이면 노이즈를 더하지 않아 결정적이고, 1이면 DDPM만큼 더합니다.
    .also = 확률성, 결정적, stochasticity
term-sampler-dpm-solverpp2m = DPM-Solver++ (2M)
    .about = 확률 흐름 ODE를 log SNR을 따라 푸는 빠른 샘플러입니다. 바로 앞의 x̂₀를 기억해 x̂₀가 어디로 가는지 내다보므로, 단계마다 한 번만 호출하고도 2차 정확도를 얻습니다. 호출 15–20번이면 대개 충분합니다.
    .also = 빠른 샘플러, 다단계, 2차 방법, DPM++ 2M, dpm++, dpmpp, multistep, second order
term-sampler-euler = Euler
    .about = 확률 흐름 ODE를 푸는 가장 단순한 방법(오일러 방법)으로, 각 단계가 시작되는 곳의 기울기를 따라 곧게 갑니다. σ에 대한 기울기는 바로 ε̂이며, 노이즈 세기가 같으면 η = 0인 DDIM과 같은 단계가 됩니다.
    .also = 오일러, 오일러 방법, 1차 방법, Euler's method, first order, ODE Euler, EulerDiscreteScheduler
term-sampler-euler-ancestral = Euler ancestral
    .about = Euler의 한 단계로 다음 세기보다 노이즈가 적은 곳까지 내려간 뒤, 그 차이를 새 노이즈로 채웁니다. DDPM처럼 가는 길에 노이즈를 뽑습니다.
    .also = 오일러 조상 샘플링, 오일러 앤세스트럴, 확률적 샘플러, euler a, k-diffusion, EulerAncestralDiscreteScheduler
term-sampler-heun = Heun
    .about = Euler로 한 단계 가서 도착한 곳의 기울기를 본 뒤, 두 기울기의 평균으로 그 단계를 다시 밟습니다(호인 방법). 단계마다 네트워크를 두 번 호출하는 대신 2차 정확도를 얻습니다.
    .also = 호인, 훈 방법, 2차 방법, Heun's method, second order, EDM, HeunDiscreteScheduler
term-sampler-pndm = PNDM
    .about = 가장 새로운 출력 대신 최근 네 출력의 가중합으로 DDIM의 단계를 밟습니다. 단계마다 한 번만 호출하고도 4차 정확도를 얻습니다. 처음에는 기억해 둔 출력이 없으므로 첫 단계를 두 번 밟습니다. Stable Diffusion 1이 이 샘플러와 함께 공개되었습니다.
    .also = PLMS, 애덤스–배시포스, 다단계, Adams–Bashforth, multistep, pseudo linear multistep, PNDMScheduler
term-sampler-reverse-sde = 역방향 SDE(reverse SDE)
    .about = 노이즈에서 데이터로 되돌아가는 SDE입니다. 이미 아는 f와 g 말고는 스코어만 있으면 됩니다. 드리프트, 스코어의 끌림, 새 노이즈로 이루어진 오일러–마루야마 단계로 풉니다.
    .also = 역시간 SDE, 오일러–마루야마, reverse-time SDE, Euler–Maruyama, Anderson
term-sampler-predictor-corrector = 예측자–수정자(predictor–corrector)
    .about = 역방향 SDE의 한 단계(예측자)를 밟은 뒤, 같은 노이즈 세기에서 Langevin 동역학의 한 단계(수정자)로 점들을 올바른 분포로 되돌립니다.
    .also = 예측 수정 샘플러, PC 샘플러, PC sampler, corrector
term-sampler-langevin = 담금질 Langevin(annealed Langevin)
    .about = 노이즈 세기를 차츰 낮추면서 Langevin 동역학을 쓰는 NCSN의 샘플러입니다. 한 세기에서 스코어를 따라 새 노이즈를 더하며 조금씩 여러 번 움직인 다음, 더 낮은 세기로 내려갑니다.
    .also = 담금질 랑주뱅, 어닐링, 랑주뱅 동역학, annealed Langevin dynamics, NCSN sampler
term-sampler-ode-rk45 = RK45
    .about = 확률 흐름 ODE를 푸는 적응형 방법입니다. 4차와 5차의 결과를 견주어 스스로 오차를 가늠하고, 허용 오차 안에서 가능한 한 긴 단계를 밟습니다.
    .also = 룽게–쿠타, 적응형, Runge–Kutta, Dormand–Prince, dopri5, adaptive step size, ODE RK45

## Guidance

term-guidance = 가이던스(guidance)
    .about = 샘플을 원하는 클래스 쪽으로 스케일 w만큼 끌어당깁니다. 0이면 클래스를 무시하고, 1이면 그 클래스 그대로이며, 더 크면 과장합니다. w가 클수록 샘플은 뚜렷해지고 다양성은 줄어듭니다.
    .also = 가이던스 스케일, 유도, 조건부 생성, guidance scale, conditional generation, w
term-classifier-guidance = 분류기 가이던스(classifier guidance)
    .about = 스코어에 분류기 그래디언트, 곧 분류기가 그 클래스를 더 확신하게 되는 방향을 w배 해서 더합니다. 이 분류기는 노이즈 섞인 데이터로 학습한 것이어야 합니다.
    .also = 분류기 유도, 분류기 그래디언트, 분류기의 기울기, classifier gradient, conditional sampling
term-classifier-free-guidance = 분류기 없는 가이던스(classifier-free guidance)
    .about = 한 네트워크가 클래스를 알 때와 모를 때를 모두 예측하고, 그 차이를 w배 한 것이 분류기 그래디언트를 대신합니다. Ho와 Salimans의 논문은 w를 1만큼 작게 셉니다.
    .also = 분류기 프리 가이던스, 클래스 스코어, 조건부 스코어, CFG, unconditional prediction, class score

## Scores and equations

term-score = 스코어(점수, score)
    .about = 로그 밀도의 기울기로, 노이즈 섞인 데이터의 밀도가 가장 빠르게 커지는 방향과 그 가파른 정도를 나타냅니다. 스코어는 −ε̂/√(1−ᾱₜ)쯤이므로, 노이즈를 예측하는 것이 곧 스코어를 학습하는 것입니다.
    .also = 점수, 점수 함수, 스코어 함수, 로그 밀도의 그래디언트, score function, grad log p, nabla log q, score matching
term-clean-mean = 원본 데이터의 평균 E[x₀ | xₜ]
    .about = xₜ가 나올 수 있었던 모든 데이터의 평균으로, 제곱 오차가 가장 작은 네트워크가 예측하는 값입니다. 트위디 공식(Tweedie's formula)으로 스코어에서 구할 수 있습니다.
    .also = 트위디 공식, 조건부 기댓값, 조건부 평균, 최적 디노이저, Tweedie, conditional expectation, posterior mean of x0, MMSE
term-sde = 확률미분방정식(SDE)
    .about = 확률미분방정식(stochastic differential equation)은 단계를 한없이 잘게 나눈 확산입니다. 매 순간 상태는 f(t) x dt만큼 흐르고(drift) 약간의 노이즈 g(t) dw를 받습니다. 여기서 w는 브라운 운동입니다.
    .also = SDE, 연속 시간, 드리프트, 표류, 브라운 운동, 위너 과정, continuous time, drift, diffusion coefficient, Brownian motion, Wiener process
term-vp-sde = VP SDE
    .about = 분산 보존(variance preserving) SDE입니다. 노이즈가 들어오는 만큼 상태가 줄어들어 분산 1이 그대로 1로 유지됩니다. 연속 시간의 DDPM입니다.
    .also = 분산 보존, variance preserving, VP-SDE
term-ve-sde = VE SDE
    .about = 분산 폭발(variance exploding) SDE입니다. 줄어드는 것 없이 노이즈만 더해져 데이터보다 훨씬 커집니다. 연속 시간의 NCSN입니다.
    .also = 분산 폭발, variance exploding, VE-SDE
term-sub-vp-sde = sub-VP SDE
    .about = 드리프트는 VP와 같고 노이즈는 더 적습니다. 분산은 β(t)가 같은 VP의 분산을 넘지 않으며, 식의 ᾱ(t)는 그 VP의 것입니다. 가능도가 좋아지도록 만든 과정입니다.
    .also = 서브 VP, sub-variance preserving, subvp
term-probability-flow-ode = 확률 흐름 ODE(probability-flow ODE)
    .about = 노이즈가 없는 방정식이지만, 모든 시점에서 점들의 분포가 SDE와 같습니다. 출발점 하나가 도착점 하나로만 이어지므로 양쪽으로 풀 수 있고 가능도도 구할 수 있습니다.
    .also = 상미분방정식, 결정적 경로, PF-ODE, ODE, ordinary differential equation, deterministic path
term-langevin-dynamics = Langevin 동역학(Langevin dynamics)
    .about = 스코어를 따라 조금씩 움직이되, 그때마다 알맞은 세기의 새 노이즈를 더합니다. 여러 번 되풀이하면 점들은 그 스코어를 가진 밀도대로 분포합니다.
    .also = 랑주뱅 동역학, 랑제방 동역학, 랑지뱅 동역학, Langevin Monte Carlo, MCMC
term-ncsn = NCSN
    .about = 노이즈 조건부 스코어 네트워크(noise conditional score network)입니다. 여러 노이즈 세기에서 스코어를 학습하고 담금질 Langevin으로 샘플링합니다. 연속 시간에서는 VE SDE이며, 그래서 DDPM의 형제입니다.
    .also = 스코어 기반 모델, 점수 기반 모델, SMLD, score-based model, score matching
term-likelihood = 가능도(likelihood)
    .about = 모델이 어떤 점을 얼마나 그럴듯하다고 보는지입니다. 확률 흐름 ODE를 따라 정확히 계산할 수 있습니다. 그 점이 이르는 노이즈의 로그 밀도에, 가는 길에서 늘어난 정도를 모두 더합니다.
    .also = 우도, 로그 우도, 로그 가능도, 변수 변환, log-likelihood, log p(x), change of variables, NLL, bits per dimension

## Training

term-elbo = 변분 하한(ELBO)
    .about = 학습이 끌어올리는 log p(x₀)의 하한입니다. 부호를 바꾸면 사전분포 항과 모든 Lₜ₋₁, L₀의 합이 되며, 모두 계산할 수 있고 대부분은 두 가우시안 사이의 KL 발산입니다.
    .also = ELBO, 증거 하한, 변분 경계, evidence lower bound, variational lower bound, variational bound, VLB
term-elbo-prior = 변분 하한의 사전분포 항
    .about = 마지막 상태가 순수 노이즈에서 아직 얼마나 먼지, 곧 t = T에서 q(xₜ | x₀)의 N(0, 1)에 대한 발산입니다. 스케줄만으로 정해지며 학습으로는 바뀌지 않습니다.
    .also = 사전분포 손실, LT, L_T, prior matching
term-elbo-step = Lₜ₋₁, 단계 항
    .about = 네트워크의 단계가 정확한 사후분포에서 얼마나 먼지를 나타내는 두 가우시안 사이의 KL 발산입니다. 분산을 고정하면, 상수를 빼고는 두 평균의 제곱 거리, 곧 ε과 ε̂의 제곱 거리에 가중치를 곱한 것이 됩니다.
    .also = 노이즈 제거 항, 디노이징 항, Lt-1, L_t-1, denoising matching
term-elbo-data = L₀, 복원 항
    .about = x₁에서 이미지 자체로 가는 마지막 단계입니다. 모든 픽셀의 밝기를 256단계 가운데 정확히 그 값으로 볼 확률이 얼마나 큰지를 잽니다.
    .also = 재구성 항, 데이터 항, L0, L_0, reconstruction term, discrete decoder
term-bits-per-dim = 차원당 비트(bits/dim)
    .about = 이미지에 드는 비트를 값의 개수 d(픽셀 수 × 채널 수)로 나눈 것, 곧 −log₂ p(x₀) / d입니다. 8비트 이미지는 모델 없이는 8비트가 들고, 그런 이미지를 아는 모델에서는 그보다 적게 듭니다.
    .also = bits/dim, bpd, bits per dimension, 비트, nat
term-rate-distortion = 비트율과 왜곡
    .about = 비트율(rate)은 받는 사람이 xₜ를 알 때까지 보낸 비트 수이고, 왜곡(distortion)은 그때의 예측 x̂₀이 이미지에서 얼마나 먼지입니다. 이미지의 대부분은 비트의 적은 부분만으로 나타나고, 나머지는 세부입니다.
    .also = rate-distortion, 율왜곡, 점진적 복원, progressive decoding, 손실 압축
term-continuous-loss = 연속 시간 손실 L∞
    .about = 단계가 한없이 많을 때 −log p의 경계에서 양 끝 항을 뺀 것으로, SNR에 대한 이상적인 디노이저의 오차 아래 넓이의 절반입니다. 스케줄에서는 양 끝의 SNR만 들어갑니다. SNR이 줄어들기 때문에 t에 대한 적분 앞에는 음의 부호가 붙습니다.
    .also = VDM, 변분 확산 모델, variational diffusion models, continuous-time loss, L infinity, diffusion loss
term-mmse = 이상적인 디노이저의 오차 mmse
    .about = x₀를 E[x₀ | xₜ]로 짐작할 때 남는 평균 제곱 오차입니다. 어떤 디노이저도 더 잘할 수 없습니다. 스케줄과 상관없이 SNR이 커질수록 작아집니다.
    .also = 최소 평균 제곱 오차, MMSE, minimum mean squared error, denoising error
term-low-discrepancy = 고르게 편 t
    .about = 한 배치의 t k개를, 무작위로 정한 한 점에서 같은 간격으로 잡습니다. 하나하나는 균등분포이지만 함께 보면 모든 t를 고르게 덮으므로, 손실의 추정값이 독립인 t를 쓸 때보다 덜 흩어집니다.
    .also = 저불일치 표본추출, 층화 추출, low-discrepancy sampler, stratified timesteps, antithetic times
term-learned-schedule = 학습된 노이즈 스케줄
    .about = γ(t) = −log SNR을 오르기만 하는 작은 네트워크로 두고 디노이저와 함께 학습합니다. 양 끝이 어디여야 하는지는 변분 하한이 정합니다. 그 사이의 모양은 하한을 바꾸지 않으므로, 추정값이 가장 적게 흩어지도록 학습합니다. 그러면 모든 t의 손실이 같아집니다.
    .also = 학습된 스케줄, 변분 확산 모델, variational diffusion model, VDM, monotone network
term-vlb-weight = 변분 손실 가중치
    .about = Lₜ₋₁에서 ‖ε − ε̂‖²에 곱해진 계수로, 곡선은 σₜ² = βₜ일 때의 값입니다. 선형 스케줄에서는 t가 작을 때 가장 큽니다. 단순 손실은 이 계수를 빼므로 노이즈가 많은 이미지를 더 중요하게 다룹니다.
    .also = 손실 가중치, VLB 가중치, VLB weight, ELBO weight, loss weight, variational weight
term-simple-loss = 단순 손실(simple loss)
    .about = 예측 노이즈의 평균 제곱 오차로, 모든 t를 같은 가중치로 다룹니다. 변분 하한에서 가중치를 뺀 것이며, 더 보기 좋은 이미지를 만듭니다.
    .also = 평균제곱오차, 학습 목적 함수, L_simple, MSE, mean squared error, training objective
term-min-snr = 최소 SNR 가중(min-SNR)
    .about = x̂₀의 오차에 SNR을 가중치로 주되 γ(대개 5)를 넘지 않게 하여, 거의 깨끗한 이미지가 학습을 좌우하지 않게 합니다. ε̂의 오차에 대한 가중치로 쓰면 min(SNR, γ)/SNR입니다.
    .also = 손실 가중치, 감마, min-SNR weighting, loss weighting, gamma
term-ema = 가중치의 지수이동평균(EMA)
    .about = 학습하는 동안의 가중치를 최근 것일수록 크게 쳐서 평균한 것입니다. 마지막 가중치보다 좋은 이미지를 만들므로, 학습이 끝나면 이것을 저장합니다.
    .also = 지수 이동 평균, 이동 평균, exponential moving average, Polyak averaging
term-training = 학습(training)
    .about = 네트워크에 무작위 시점의 노이즈 섞인 이미지를 보여 주고, 예측이 나아지도록 가중치를 조금씩 옮기는 일을 수천 번 되풀이합니다. 줄이는 값은 손실, 곧 예측의 평균 제곱 오차입니다.
    .also = 훈련, 손실, 반복, 최적화, learning, loss, iteration, training loop, optimization
term-batch = 배치(batch)
    .about = 반복 한 번에 쓰는 이미지들로, 저마다 다른 시점과 노이즈를 받습니다. 손실을 평균한 다음 가중치를 옮기므로, 배치가 클수록 한 걸음이 정확하지만 느립니다.
    .also = 미니배치, 배치 크기, batch size, minibatch, SGD
term-learning-rate = 학습률(learning rate)
    .about = 반복 한 번에 가중치를 얼마나 멀리 옮기는지입니다. 너무 크면 발산하고, 너무 작으면 끝이 없습니다. 여기에서는 처음에 올라간 뒤 코사인을 따라 0까지 내려갑니다.
    .also = 보폭, 옵티마이저, step size, lr, AdamW, Adam, warm-up, cosine decay
term-gradient = 손실의 그래디언트(gradient)
    .about = 각 가중치를 조금 바꿀 때 손실이 가장 빨리 커지는 방향입니다. 학습은 그 반대로 갑니다. 블록마다의 크기는 이 한 단계가 네트워크의 그 부분을 얼마나 움직일지 말해 줍니다.
    .also = 기울기, 역전파, backpropagation, backward pass, gradient norm
term-held-out = 검증 이미지(held-out pictures)
    .about = 네트워크가 학습하지 않는 이미지입니다. 이 오차가 학습한 이미지의 오차와 함께 줄면 이미지들의 공통점을 배우는 것이고, 학습한 쪽만 줄면 외우는 것입니다.
    .also = 과적합, 암기, 일반화, test set, validation, overfitting, memorization
term-class-dropout = 클래스 드롭아웃(class dropout)
    .about = 이미지의 일부(대개 10분의 1)를 클래스 없이 보여 줍니다. 그래서 네트워크 하나가 클래스가 있을 때와 없을 때의 스코어를 모두 배우고, 분류기 없는 가이던스가 둘 사이를 외삽할 수 있습니다.
    .also = 레이블 드롭아웃, 무조건부 학습, label dropout, unconditional training, null class

## 잠재 공간

term-latent = 잠재 표현
    .about = 잠재 확산에서 이미지를 대신하는 것으로, 인코더의 평균에 스케일 계수를 곱한 값(latent)입니다. 채널이 몇 개인 작은 이미지이며, 세부는 대부분 디코더에 맡깁니다.
    .also = latent, 잠재 변수, 잠재 공간, latent space, code, z, z0, LDM
term-autoencoder = 오토인코더
    .about = 이미지를 작은 코드로 바꾸는 인코더와 코드에서 이미지를 만드는 디코더(autoencoder)입니다. 이미지가 되돌아오도록 둘을 함께 학습합니다.
    .also = autoencoder, VAE, AutoencoderKL, 변분 오토인코더, 인코더, 디코더, encoder, decoder, PSNR
term-kl-regularisation = KL 정규화
    .about = 오토인코더를 학습할 때 인코더의 분포가 N(0, 1)에서 벗어난 정도에 주는 작은 가중치(KL regularisation)입니다. 잠재 표현을 흐리게 하지 않으면서 한 범위 안에 머물게 합니다.
    .also = KL regularisation, KL-reg, KL 규제, KL penalty
term-scaling-factor = 스케일 계수
    .about = 잠재 표현의 분산이 노이즈처럼 1에 가깝도록 곱하는 수(scaling factor)입니다. 이것이 없으면 같은 스케줄이라도 신호 대 잡음비가 달라집니다.
    .also = scaling factor, scaling_factor, 0.18215, 스케일링 팩터
term-latent-diffusion = 잠재 확산
    .about = Stable Diffusion처럼 네트워크가 픽셀 대신 잠재 표현을 보는 확산(latent diffusion)입니다. 노이즈를 잠재 표현에 더하고 그곳에서 제거한 뒤, 디코더가 마지막 상태를 이미지로 만듭니다.
    .also = latent diffusion, LDM, Stable Diffusion, 스테이블 디퓨전, 잠재 확산 모델
term-text-encoder = 텍스트 인코더
    .about = 글의 토큰마다 벡터를 하나씩 만드는 트랜스포머(text encoder)입니다. 글에서 그림을 그리는 네트워크는 낱말이 아니라 이 벡터들을 봅니다.
    .also = text encoder, CLIP, CLIPTextModel, 텍스트 임베딩, encoder_hidden_states
term-token = 토큰
    .about = 어휘에 번호가 있는 글의 조각(token)으로, 낱말 하나이거나 그 일부입니다. 시작과 끝이 덧붙고, 정해진 길이까지 채움(pad)이 들어갑니다.
    .also = token, 토크나이저, tokenizer, BPE, 패딩, pad
term-cross-attention = 교차 어텐션
    .about = 픽셀마다 낱말 하나하나가 자신에게 무엇을 말하는지 묻는 층(cross-attention)입니다. 어텐션의 몫은 모두 더하면 1이고, 어느 픽셀이 그 낱말을 보는지 보여 주는 지도가 됩니다.
    .also = cross-attention, attention, 어텐션, 크로스 어텐션, 교차 주목, 어텐션 지도, attention map, softmax, query, key
term-negative-prompt = 부정 프롬프트
    .about = 빈 글을 대신하는 글(negative prompt)로, 가이던스가 그 글에서 멀어집니다.
    .also = negative prompt, negative_prompt, 네거티브 프롬프트
term-text-to-image = 텍스트 투 이미지
    .about = 글을 듣고 그리는 확산(text-to-image)입니다. U-Net이 텍스트 인코더의 벡터를 어텐션으로 보며, 가이던스를 줄 수 있도록 일부는 빈 글로 학습합니다.
    .also = text-to-image, 프롬프트, prompt, GLIDE, Stable Diffusion, 글에서 그림

## Distances

term-kl-divergence = KL 발산(KL divergence)
    .about = 분포 p가 다른 분포 q에서 얼마나 먼지를, log(p/q)를 p에 대해 평균한 값으로 나타냅니다. 둘이 같을 때만 0이고, 둘을 맞바꾸면 대개 값이 달라집니다.
    .also = 쿨백–라이블러 발산, 상대 엔트로피, Kullback–Leibler, relative entropy, KLD
term-ks-distance = KS 거리(Kolmogorov–Smirnov)
    .about = 두 누적분포 사이의 가장 큰 차이로, 여기서는 xₜ의 픽셀과 N(0, 1)을 견줍니다. 같으면 0이고, 1을 넘지 않습니다.
    .also = 콜모고로프–스미르노프, KS 통계량, KS distance, KS statistic
term-total-variation = 총변동(total variation)
    .about = 두 밀도 사이 넓이의 절반입니다. 같으면 0이고, 전혀 겹치지 않으면 1입니다.
    .also = 총변동 거리, 전변동, TV, total variation distance
term-energy-distance = 에너지 거리(energy distance)
    .about = 두 점구름이 분포로서 얼마나 다른지를 나타냅니다. 두 점구름 사이 평균 거리의 두 배에서 각 점구름 안의 평균 거리를 뺀 값이며, 분포가 같을 때만 0입니다.
    .also = 샘플 품질, sample quality, Székely
term-frechet-distance = 프레셰 거리(Fréchet distance)
    .about = 샘플과 실제 이미지를, 네트워크가 뽑은 특징의 평균과 공분산으로 비교합니다. 작을수록 좋습니다. Inception 네트워크의 특징을 쓰면 FID라고 합니다.
    .also = 샘플 품질, 생성 품질, FID, Fréchet inception distance, sample quality
