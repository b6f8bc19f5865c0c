/**
 * The shop's morning report: whether its page is there, and which edition it shows. A shop that is closed is an error, which Lambda counts.
 * @returns {Promise<{ readonly edition: string }>}
 */
export async function handler() {
  const address = `${process.env['SHOP_URL']}/edition.txt`
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
  const report = { edition: (await answer.text()).trim() }
  console.log(JSON.stringify(report))
  return report
}
