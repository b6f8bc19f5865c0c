/** A template whose stack keeps its image in an SSM parameter, and exports what others need. */
export const PARAMETER = `
Parameters:
  Image: { Type: String }
  Suffix: { Type: String, Default: x }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Sub '\${Image} \${Suffix}' }
Outputs:
  Name: { Value: !Ref Running }
  Value: { Value: !GetAtt Running.Value }
`

/** A Fargate service with all it needs inside one account. */
export const SERVICE = `
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Image: { Type: String }
  Environment: { Type: String, Default: staging }
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/\${AWS::StackName}', RetentionInDays: 30 }
  ExecutionRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '\${AWS::StackName}-execution'
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: ecs-tasks.amazonaws.com } }
  Cluster:
    Type: AWS::ECS::Cluster
    Properties: { ClusterName: !Ref AWS::StackName }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Ref AWS::StackName
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: "256"
      Memory: "512"
      ExecutionRoleArn: !GetAtt ExecutionRole.Arn
      ContainerDefinitions:
        - Name: api
          Image: !Ref Image
          Essential: true
          Environment: [{ Name: ENVIRONMENT, Value: !Ref Environment }]
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: !Ref AWS::StackName
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      DesiredCount: 1
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } }
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [subnet-1] } }
  Assets:
    Type: AWS::S3::Bucket
    Properties: { BucketName: !Sub '\${AWS::StackName}-\${AWS::AccountId}' }
  Setting:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
Outputs:
  TaskDefinition: { Value: !Ref Task }
  Bucket: { Value: !Ref Assets }
`

/** A stack that reads another's output. */
export const CONSUMER = `
Parameters:
  BundleDigest: { Type: String }
  Source: { Type: String }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/bundle', Value: !Sub '\${BundleDigest} \${Source}' }
Outputs:
  Value: { Value: !GetAtt Running.Value }
`

/** A stack that stays busy until somebody signals its resource \`Ready\`. */
export const SLOW = `
Parameters:
  Image: { Type: String }
Resources:
  Before:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/before', Value: !Ref Image }
  Ready:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Before
    CreationPolicy: { ResourceSignal: { Timeout: PT2M, Count: 1 } }
Outputs:
  Name: { Value: !Ref Before }
`

/** A stack that takes every image but `bad`. */
export const PICKY = `
Parameters:
  Image: { Type: String }
Conditions:
  Bad: !Equals [!Ref Image, bad]
Resources:
  First:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/first', Value: !Ref Image }
  Picky:
    Type: AWS::SSM::Parameter
    DependsOn: First
    Properties: { Type: !If [Bad, SecureString, String], Name: !Sub '/\${AWS::StackName}/picky', Value: !Ref Image }
Outputs:
  Name: { Value: !Ref First }
`
