/* global document, getComputedStyle, NodeFilter */
// Runs in a page: names each text in the elements that has less contrast than needed, or that is cut off without an ellipsis.
module.exports = function findProblems(roots, needed) {
  const parse = (text) => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [
    r * a + R * (1 - a),
    g * a + G * (1 - a),
    b * a + B * (1 - a),
    1,
  ];
  const luminance = (color) => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const surfaces = new Map();
  // The color behind the text of an element, and how opaque the element is.
  const surfaceOf = (element) => {
    const known = surfaces.get(element);
    if (known) return known;
    const { behind, opacity } = element.parentElement
      ? surfaceOf(element.parentElement)
      : { behind: [255, 255, 255, 1], opacity: 1 };
    const style = getComputedStyle(element);
    const surface = {
      behind: over(parse(style.backgroundColor), behind),
      opacity: opacity * Number(style.opacity),
    };
    surfaces.set(element, surface);
    return surface;
  };
  const contrastOf = (element) => {
    const { behind, opacity } = surfaceOf(element);
    const [r, g, b, a] = parse(getComputedStyle(element).color);
    const [text, back] = [luminance(over([r, g, b, a * opacity], behind)), luminance(behind)];
    return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
  };
  const isCutOff = (element) => {
    const { overflowX, textOverflow } = getComputedStyle(element);
    return (
      overflowX !== 'visible' && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1
    );
  };
  const problemsOf = (element, text) => {
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1) return [];
    const contrast = contrastOf(element);
    return [
      ...(contrast < needed ? [`"${text}" has a contrast of ${contrast.toFixed(2)}`] : []),
      ...(isCutOff(element) ? [`"${text}" is cut off`] : []),
    ];
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const problems = [];
  for (const root of roots) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = node.textContent.trim();
      if (text !== '' && isSeen(node.parentElement)) problems.push(...problemsOf(node.parentElement, text));
    }
  }
  return problems;
};
