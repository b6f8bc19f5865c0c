/**
 * What the keys of a section's anchors begin with. A role that may write below one section cannot write for another, and ends with a slash so
 * that `prod` is not the beginning of `prod-eu`.
 * @param product the name that the product's ledger was opened under
 */
export function anchorPrefix(product: string, section: string): string {
  return `${product}/${section}/`
}
