// Rewrites ../holidays.csv and ../holidays.LICENSE from the npm package chinese-days (MIT), which follows the yearly
// notice of the General Office of the State Council on public holidays (国务院办公厅关于部分节假日安排的通知).
// `make assets` runs it; to take in a new year, raise the version and run it again:
//
//     node internal/clock/holidays/refresh.mjs
//
// It needs node, npm and tar, and the registry npm is set up to use. The same version always gives the same bytes.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const version = '1.5.7'
const dir = mkdtempSync(join(tmpdir(), 'holidays-'))
try {
  const file = execFileSync('npm', ['pack', '--silent', `chinese-days@${version}`], { cwd: dir, encoding: 'utf8' }).trim()
  execFileSync('tar', ['xzf', file], { cwd: dir })
  const { holidays, workdays } = JSON.parse(readFileSync(join(dir, 'package/dist/chinese-days.json'), 'utf8'))
  // A value is "National Day,国庆节,3": English name, Chinese name, legal days.
  const rows = (days, kind) => Object.entries(days).map(([date, names]) => `${date},${kind},${names.split(',')[1]}`)
  const lines = [...rows(holidays, 'holiday'), ...rows(workdays, 'workday')].sort()
  writeFileSync(new URL('../holidays.csv', import.meta.url), ['date,kind,name', ...lines, ''].join('\n'))
  copyFileSync(join(dir, 'package/LICENSE'), new URL('../holidays.LICENSE', import.meta.url))
} finally {
  rmSync(dir, { recursive: true })
}
