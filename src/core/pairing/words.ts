/**
 * The 256 words of pairing codes: common, five to eight letters. No two have the same first three letters, or differ in
 * fewer than three letters, so that none is mistaken for another when it is read aloud or typed.
 */
export const PAIRING_WORDS: readonly string[] = `
  abacus acorn airport album almond amber anchor apple april armchair arrow asteroid atlas attic autumn avenue bagel
  bamboo banjo barley bathtub beacon bench bicycle biscuit blanket blossom bonfire border bottle bridge bronze bucket
  buffalo bumper button cabin cactus camera candle carpet cedar cello chapter cherry chimney cinnamon circus clarinet
  climate clover cobalt coconut comet contour copper cowboy cricket crystal culture cupboard curtain cyclone daisy
  dancer decimal denim desert diamond dolphin domino donkey dragon drizzle drummer dustpan eagle eclipse elbow
  elephant embassy emerald engine envelope estate evening fabric falcon feather fiddle finger flannel flute forest
  fossil fountain fragrant freckle furnace gadget galaxy garlic gazelle gentle geyser giant giraffe glacier glitter
  goblet gorilla granite grocer guest guitar gypsum hallway harvest helmet hexagon hiccup hobby horizon hotel hummus
  hurdle hydrant iceberg igloo igneous index inkwell insect island italic ivory jaguar jasmine jersey jigsaw journal
  jubilee juggler kangaroo kayak kernel keyhole kidney kimono kiosk kitchen koala ladder lagoon lantern laptop
  lavender lemon leopard library lilac linen lizard lobster lunar lyric magnet marble meadow melody merchant mimosa
  mirror mosaic muffin museum napkin nectar needle nickel nougat nutmeg oasis octopus office olive omelet onion orbit
  orchid ostrich otter oxygen palace panda pebble pelican pigeon pilot polka poplar potato pretzel pudding pumpkin
  puzzle pyramid quartz quilt rabbit radish raven reptile ribbon rubber rucksack saffron scarf sesame silver skipper
  sleigh sneaker sonata spider squid stable summit sunset swallow syrup teapot thimble thunder topaz tractor tulip
  tunnel twilight umbrella unicorn vanilla vessel violin visitor volcano voyage waffle walnut whisker window wombat
  yogurt zebra zenith zigzag
`
  .trim()
  .split(/\s+/);
