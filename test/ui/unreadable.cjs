/* global document, getComputedStyle, NodeFilter */
// Runs in a page: names each text in an element that has less contrast than needed, or that is cut off without an ellipsis.
module.exports = function findProblems(root, needed) {
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
  const ancestors = (element) =>
    element.parentElement ? [...ancestors(element.parentElement), element] : [element];
  const contrastOf = (element) => {
    let behind = [255, 255, 255, 1];
    let opacity = 1;
    for (const one of ancestors(element)) {
      const style = getComputedStyle(one);
      behind = over(parse(style.backgroundColor), behind);
      opacity *= Number(style.opacity);
    }
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
  const problems = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (
      !element ||
      text === '' ||
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    )
      continue;
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const contrast = contrastOf(element);
    if (contrast < needed) problems.push(`"${text}" has a contrast of ${contrast.toFixed(2)}`);
    if (isCutOff(element)) problems.push(`"${text}" is cut off`);
  }
  return problems;
};
