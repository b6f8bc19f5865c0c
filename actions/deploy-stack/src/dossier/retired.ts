import { code, type Fate, type Plan, plural, type RetiredResource, type RetiredStack, table } from '@sluice/core'
import { shownOr } from './clip.ts'

/** Resources shown of one stack. */
const ROWS = 200
/** Resources that hold data, named in warnings of one stack. */
const HOLDING = 50
/** Characters of what AWS calls a resource. */
const NAME = 200

/** Types whose resources hold what a delivery cannot make again. Others are counted, and listed with the stack. */
const HOLDS_DATA = new Set(
  `
  Backup::BackupVault Cassandra::Keyspace Cassandra::Table Cognito::IdentityPool Cognito::UserPool DocDB::DBCluster DocDB::DBInstance DynamoDB::GlobalTable
  DynamoDB::Table EC2::Instance EC2::Volume ECR::Repository EFS::FileSystem ElastiCache::CacheCluster ElastiCache::ReplicationGroup
  ElastiCache::ServerlessCache Elasticsearch::Domain FSx::FileSystem FSx::Volume IoTAnalytics::Datastore Kinesis::Stream KMS::Key KMS::ReplicaKey
  Logs::LogGroup Lightsail::Bucket Lightsail::Database MemoryDB::Cluster MSK::Cluster MSK::ServerlessCluster Neptune::DBCluster Neptune::DBInstance
  OpenSearchServerless::Collection OpenSearchService::Domain QLDB::Ledger RDS::DBCluster RDS::DBInstance RDS::GlobalCluster Redshift::Cluster
  RedshiftServerless::Namespace Route53::HostedZone S3::Bucket S3Express::DirectoryBucket S3Tables::TableBucket SDB::Domain SecretsManager::Secret
  SQS::Queue Timestream::Database Timestream::InfluxDBInstance Timestream::Table
  `
    .trim()
    .split(/\s+/)
    .map(name => `AWS::${name}`)
)

/** What becomes of a resource with what it holds, as the warnings of replaced and removed resources say it. */
export function fateText(fate: Fate): string {
  switch (fate) {
    case 'delete':
      return ', and deletes what is there'
    case 'retain':
      return ', and leaves what is there behind, outside of the stack'
    case 'snapshot':
      return ', and keeps a snapshot of what is there'
  }
}

/** The stacks that a plan deletes, with all that goes with them. Markdown. */
export function retiredSections({ retired = [] }: Plan): readonly string[] {
  return retired.map(({ stack, id, template, resources }) => {
    const rows = resources
      .slice(0, ROWS)
      .map(it => [it.becomes, code(it.logicalId), code(it.type), shownOr(it.physicalId, '', NAME)])
    const more = resources.length > ROWS ? [`And ${plural(resources.length - ROWS, 'more resource')}.`] : []
    const shown = rows.length === 0 ? 'Nothing is in it.' : table(['becomes', 'resource', 'type', 'in AWS'], rows)
    const what = `It goes once everything else is done, if it is then still ${code(id)} with the template ${code(template)} and these resources.`
    return [`### Stack ${code(stack)}: delete`, what, shown, ...more].join('\n\n')
  })
}

/** How many stacks and resources go: the first thing to know of a plan. */
export function retiredHeadline({ retired = [] }: Plan): string {
  if (retired.length === 0) return ''
  return `**${plural(retired.length, 'stack')} deleted, with ${plural(countOf(retired), 'resource')}**; `
}

/** What goes for good, before all other warnings of stacks: each stack, then what of it holds data. Markdown, a sentence each. */
export function retiredWarnings({ retired = [] }: Plan): readonly string[] {
  return retired.flatMap(({ unit, stack, resources }) => {
    const holding = resources.filter(({ type }) => HOLDS_DATA.has(type))
    const named = holding.slice(0, HOLDING).map(({ logicalId, type, physicalId, becomes }) => {
      const resource = `${code(logicalId)} (${code(type)}, ${shownOr(physicalId, '', NAME)})`
      return `${code(unit)} removes ${resource}${fateText(becomes)}.`
    })
    const rest = holding.length - named.length
    return [
      `**${code(unit)} is retired, and its stack ${code(stack)} is deleted**, with ${plural(resources.length, 'resource')}${keptOf(resources)}.`,
      ...named,
      ...(rest > 0 ? [`And ${rest} more resources of ${code(stack)} that hold data.`] : [])
    ]
  })
}

function countOf(retired: readonly RetiredStack[]): number {
  return retired.reduce((sum, { resources }) => sum + resources.length, 0)
}

/** That not all of it goes. */
function keptOf(resources: readonly RetiredResource[]): string {
  const kept = resources.filter(({ becomes }) => becomes === 'retain').length
  return kept === 0 ? '' : `, of which ${kept} ${kept === 1 ? 'stays' : 'stay'} behind`
}
