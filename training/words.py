"""Everyday words that the tokenizer learns whole, whether or not the model can draw them."""

_WORDS = """
a an the of on in at with without and or for from to by over under behind before near next is are very more most
one two three four five six seven eight nine ten pair set piece bunch stack row group man woman person people
child girl boy baby model hand hands face portrait body hair eyes family friend crowd dog cat bird horse fish
cow sheep lion tiger bear elephant rabbit mouse butterfly bee animal pet tree flower rose grass leaf plant
forest garden park mountain hill river lake sea ocean beach island sky cloud sun moon star rain snow fog fire
water ice stone rock sand earth field desert sunset sunrise night day morning evening winter summer spring
autumn weather nature landscape house home room kitchen bathroom bedroom office shop store street road city town
village building bridge tower castle church school garage wall floor ceiling window door stairs roof table desk
chair sofa couch bed shelf cabinet drawer lamp mirror curtain carpet rug pillow blanket towel vase clock picture
frame candle basket box bag case suitcase luggage trolley wallet purse belt umbrella hat cap scarf glove gloves
shirt t-shirt dress skirt trousers pants jeans shorts jacket coat sweater hoodie suit tie sock socks boot boots
sandal sandals slipper heel heels shoe shoes sneaker sneakers trainer trainers running sports sport ring
necklace earring earrings bracelet jewellery jewelry watch wristwatch glasses sunglasses cup mug glass plate
bowl fork knife spoon pan pot kettle teapot bottle flask jar can tin toaster blender oven stove fridge
refrigerator microwave dishwasher vacuum cleaner iron fan heater coffee tea milk juice beer wine bread cake
cheese apple banana orange lemon strawberry grape tomato potato carrot onion egg meat fish rice pasta pizza
burger sandwich chocolate ice-cream candy sugar salt pepper honey phone smartphone mobile laptop computer tablet
screen monitor keyboard mouse printer speaker headphones headset earbuds microphone camera lens tripod drone
television tv radio console controller game charger cable battery light bulb torch car bus truck van train plane
aeroplane airplane ship boat bicycle bike motorcycle scooter skateboard wheel tyre tire hammer screwdriver drill
saw wrench spanner nail screw tool ladder rope bucket brush broom ball football tennis racket bat helmet guitar
piano violin drum flute toy doll puzzle robot balloon kite book notebook pen pencil paper card envelope stamp
newspaper magazine map flag key lock coin money gift present ribbon perfume soap shampoo cream lipstick makeup
toothbrush razor comb red orange yellow green blue purple violet pink brown black white grey gray beige cream
gold golden silver bronze copper turquoise teal cyan magenta navy maroon olive lime mint coral peach lavender
ivory khaki burgundy dark light bright pale deep vivid pastel neon colourful colorful color colour monochrome
transparent clear big small large tiny huge long short tall wide narrow thick thin round square flat curved
sharp soft hard smooth rough old new modern vintage retro classic antique ancient futuristic simple minimal
minimalist minimalistic elegant luxury premium cheap expensive clean dirty fresh empty full open closed broken
beautiful pretty nice cute cool ugly plastic metal metallic steel wood wooden leather fabric cloth cotton wool
silk denim rubber ceramic porcelain paper cardboard concrete marble matte matt glossy shiny polished brushed
textured photo photograph photography picture image shot packshot render rendering illustration drawing painting
sketch art artwork poster logo text watermark signature label brand product commercial advertising catalogue
catalog e-commerce ecommerce amazon studio background backdrop foreground seamless plain solid isolated pure
gradient pattern lighting light lights lit softbox key fill rim shadow shadows reflection reflections highlight
highlights ambient natural dramatic cinematic warm cold bokeh depth field focus focused sharp detailed detail
details high low quality resolution ultra realistic photorealistic hyperrealistic realism real professional
studio 4k 8k hd uhd hdr dslr mm raw macro close up closeup top side front back rear view angle perspective
three-quarter centered centred composition frame crop cropped full visible whole single alone floating standing
lying hanging resting blurry blurred blur noise noisy grainy pixelated jpeg artifacts artefacts distorted
deformed disfigured mutated bad worst poor extra missing duplicate cut cut-off out error oversaturated
overexposed underexposed dull messy cluttered
"""

EVERYDAY = tuple(_WORDS.split())
