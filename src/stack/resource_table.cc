// The resource table, one property a line:
//
//   AWS::Some::Type @Attribute @Attribute ref-arn     what GetAtt gives; Ref gives an ARN
//   AWS::Other::Type unmade                           known, but hikae makes no such resources
//    Name! string ~ 1..64 /pattern/ =A|B is:check ref:TYPE arn
//    .Nested                                          the properties of a nested type follow
//     Key! string
//
// `!` required; `~` a change makes a new resource. Types: string, integer, number, boolean, json,
// policy (an IAM policy document) or a nested type; [type] is a list, {type} a map. `1..64` bounds
// the value of an integer, the length of a text, the count of a list; `arn` wants an ARN;
// `is:not-done` is AWS's, and refused where it is asked for: hikae would not do it.
#include "stack/resource_table.h"

namespace hikae::stack {

const std::string_view kResourceTable = R"(
AWS::SNS::Topic @TopicArn @TopicName ref-arn
 TopicName string ~ /[A-Za-z0-9_.-]{1,256}/
 DisplayName string 0..100
 Subscription [Subscription]
 FifoTopic boolean ~
 ContentBasedDeduplication boolean
 FifoThroughputScope string =Topic|MessageGroup
 KmsMasterKeyId string 0..2048
 SignatureVersion string =1|2
 TracingConfig string =PassThrough|Active
 DataProtectionPolicy json
 ArchivePolicy json
 MaximumMessageSize integer 1024..262144
 DeliveryStatusLogging [LoggingConfig]
 Tags [Tag] 0..50
 .Subscription
  Endpoint! string
  Protocol! string =http|https|email|email-json|sms|sqs|application|lambda|firehose
 .LoggingConfig
  Protocol! string =http/s|sqs|lambda|firehose|application
  SuccessFeedbackRoleArn string arn
  SuccessFeedbackSampleRate string
  FailureFeedbackRoleArn string arn

AWS::SNS::Subscription @Arn ref-arn
 TopicArn! string ~ arn ref:AWS::SNS::Topic
 Protocol! string ~ =http|https|email|email-json|sms|sqs|application|lambda|firehose
 Endpoint string ~
 FilterPolicy json
 FilterPolicyScope string =MessageAttributes|MessageBody
 RawMessageDelivery boolean
 RedrivePolicy json
 DeliveryPolicy json
 ReplayPolicy json
 Region string
 SubscriptionRoleArn string arn

AWS::SNS::TopicPolicy @Id
 PolicyDocument! policy is:resource-policy
 Topics! [string] 1..100 arn ref:AWS::SNS::Topic

AWS::SNS::TopicInlinePolicy unmade
 PolicyDocument! policy is:resource-policy
 TopicArn! string ~ arn ref:AWS::SNS::Topic

AWS::SQS::Queue @Arn @QueueName @QueueUrl
 QueueName string ~ /[A-Za-z0-9_.-]{1,80}/
 FifoQueue boolean ~
 ContentBasedDeduplication boolean
 DeduplicationScope string =queue|messageGroup
 FifoThroughputLimit string =perQueue|perMessageGroupId
 DelaySeconds integer 0..900
 MaximumMessageSize integer 1024..1048576
 MessageRetentionPeriod integer 60..1209600
 ReceiveMessageWaitTimeSeconds integer 0..20
 VisibilityTimeout integer 0..43200
 KmsMasterKeyId string
 KmsDataKeyReusePeriodSeconds integer 60..86400
 SqsManagedSseEnabled boolean
 RedrivePolicy json
 RedriveAllowPolicy json
 Tags [Tag] 0..50

AWS::SQS::QueuePolicy @Id
 PolicyDocument! policy is:resource-policy
 Queues! [string] 1..100

AWS::S3::Bucket @Arn @DomainName @RegionalDomainName @DualStackDomainName @WebsiteURL
 BucketName string ~ /[a-z0-9.-]{3,63}/
 AccessControl string =Private|PublicRead|PublicReadWrite|AuthenticatedRead|LogDeliveryWrite|BucketOwnerRead|BucketOwnerFullControl|AwsExecRead
 VersioningConfiguration VersioningConfiguration
 PublicAccessBlockConfiguration PublicAccessBlockConfiguration
 BucketEncryption BucketEncryption
 LifecycleConfiguration LifecycleConfiguration
 OwnershipControls OwnershipControls
 NotificationConfiguration json is:not-done
 ReplicationConfiguration json is:not-done
 WebsiteConfiguration json is:not-done
 CorsConfiguration json is:not-done
 LoggingConfiguration json is:not-done
 ObjectLockEnabled boolean ~ is:not-done
 ObjectLockConfiguration json is:not-done
 Tags [Tag] 0..50
 .VersioningConfiguration
  Status! string =Enabled|Suspended
 .PublicAccessBlockConfiguration
  BlockPublicAcls boolean
  BlockPublicPolicy boolean
  IgnorePublicAcls boolean
  RestrictPublicBuckets boolean
 .BucketEncryption
  ServerSideEncryptionConfiguration! [EncryptionRule] 1..1
 .EncryptionRule
  BucketKeyEnabled boolean
  ServerSideEncryptionByDefault EncryptionByDefault
 .EncryptionByDefault
  SSEAlgorithm! string =AES256|aws:kms|aws:kms:dsse
  KMSMasterKeyID string
 .OwnershipControls
  Rules! [OwnershipRule] 1..1
 .OwnershipRule
  ObjectOwnership string =BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter
 .LifecycleConfiguration
  Rules! [LifecycleRule] 1..1000
  TransitionDefaultMinimumObjectSize string
 .LifecycleRule
  Id string 0..255
  Status! string =Enabled|Disabled
  Prefix string
  TagFilters [Tag]
  ExpirationInDays integer 1..2147483647
  ExpirationDate string is:instant
  ExpiredObjectDeleteMarker boolean
  AbortIncompleteMultipartUpload AbortIncompleteMultipartUpload
  NoncurrentVersionExpiration NoncurrentVersionExpiration
  NoncurrentVersionExpirationInDays integer 1..2147483647
  NoncurrentVersionTransitions [NoncurrentVersionTransition]
  Transitions [Transition]
  ObjectSizeGreaterThan integer
  ObjectSizeLessThan integer
 .AbortIncompleteMultipartUpload
  DaysAfterInitiation! integer 0..2147483647
 .NoncurrentVersionExpiration
  NoncurrentDays! integer 1..2147483647
  NewerNoncurrentVersions integer 1..100
 .NoncurrentVersionTransition
  StorageClass! string
  TransitionInDays! integer
  NewerNoncurrentVersions integer 1..100
 .Transition
  StorageClass! string
  TransitionInDays integer
  TransitionDate string is:instant

AWS::S3::BucketPolicy
 Bucket! string ~
 PolicyDocument! policy is:resource-policy

AWS::KMS::Key @Arn @KeyId
 KeyPolicy policy is:resource-policy
 Description string 0..8192
 Enabled boolean
 EnableKeyRotation boolean
 RotationPeriodInDays integer 90..2560
 PendingWindowInDays integer 7..30
 KeyUsage string =ENCRYPT_DECRYPT|SIGN_VERIFY|GENERATE_VERIFY_MAC|KEY_AGREEMENT
 KeySpec string
 MultiRegion boolean ~
 Origin string ~ =AWS_KMS|EXTERNAL
 BypassPolicyLockoutSafetyCheck boolean
 Tags [Tag] 0..50

AWS::KMS::Alias
 AliasName! string ~ /alias\/[A-Za-z0-9\/_-]{1,250}/
 TargetKeyId! string 1..256

AWS::ECR::Repository @Arn @RepositoryUri
 RepositoryName string ~ /[a-z0-9._\/-]{2,256}/
 ImageTagMutability string =MUTABLE|IMMUTABLE|IMMUTABLE_WITH_EXCLUSION|MUTABLE_WITH_EXCLUSION
 ImageTagMutabilityExclusionFilters json
 ImageScanningConfiguration json
 EncryptionConfiguration json ~
 LifecyclePolicy LifecyclePolicy
 RepositoryPolicyText policy is:resource-policy
 EmptyOnDelete boolean
 Tags [Tag] 0..50
 .LifecyclePolicy
  LifecyclePolicyText string is:json-text
  RegistryId string /[0-9]{12}/

AWS::IAM::Role @Arn @RoleId
 AssumeRolePolicyDocument! policy is:trust-policy
 RoleName string ~ /[A-Za-z0-9_+=,.@-]{1,64}/
 Path string ~ 1..512
 Description string 0..1000
 ManagedPolicyArns [string] 0..20 arn ref:AWS::IAM::ManagedPolicy
 MaxSessionDuration integer 3600..43200
 PermissionsBoundary string arn is:not-done
 Policies [Policy]
 Tags [Tag] 0..50
 .Policy
  PolicyName! string /[A-Za-z0-9_+=,.@-]{1,128}/
  PolicyDocument! policy is:identity-policy

AWS::IAM::Policy @Id
 PolicyName! string /[A-Za-z0-9_+=,.@-]{1,128}/
 PolicyDocument! policy is:identity-policy
 Roles [string] ref:AWS::IAM::Role
 Groups [string]
 Users [string]

AWS::IAM::ManagedPolicy @PolicyArn @PolicyId @DefaultVersionId @AttachmentCount @CreateDate @IsAttachable @PermissionsBoundaryUsageCount @UpdateDate ref-arn
 ManagedPolicyName string ~ /[A-Za-z0-9_+=,.@-]{1,128}/
 PolicyDocument! policy is:identity-policy
 Path string ~ 1..512
 Description string ~ 0..1000
 Roles [string] ref:AWS::IAM::Role
 Groups [string] is:not-done
 Users [string]

AWS::IAM::RolePolicy
 RoleName! string ~ ref:AWS::IAM::Role
 PolicyName! string ~ /[A-Za-z0-9_+=,.@-]{1,128}/
 PolicyDocument policy is:identity-policy

AWS::IAM::InstanceProfile @Arn
 InstanceProfileName string ~ /[A-Za-z0-9_+=,.@-]{1,128}/
 Path string ~ 1..512
 Roles! [string] 1..1 ref:AWS::IAM::Role

AWS::Lambda::Function @Arn @SnapStartResponse @SnapStartResponse.ApplyOn @SnapStartResponse.OptimizationStatus
 FunctionName string ~ /[A-Za-z0-9_-]{1,64}/
 Code! Code
 Role! string arn
 Runtime string is:runtime
 Handler string /[!-~]{1,128}/
 Description string 0..256
 MemorySize integer 128..10240
 Timeout integer 1..900
 Environment Environment
 Architectures [string] 1..1 =x86_64|arm64
 PackageType string ~ =Zip|Image
 ReservedConcurrentExecutions integer 0..1000000
 EphemeralStorage EphemeralStorage
 TracingConfig TracingConfig
 DeadLetterConfig DeadLetterConfig
 VpcConfig VpcConfig
 ImageConfig ImageConfig
 FileSystemConfigs [FileSystemConfig] 0..1
 LoggingConfig LoggingConfig
 SnapStart SnapStart
 RuntimeManagementConfig RuntimeManagementConfig
 KmsKeyArn string
 CodeSigningConfigArn string
 Layers [string] 0..5 arn
 RecursiveLoop string =Allow|Terminate
 FunctionScalingConfig json
 DurableConfig json
 CapacityProviderConfig json
 TenancyConfig json ~
 PublishToLatestPublished boolean
 Tags [Tag] 0..50
 .Code
  ZipFile string 0..4194304
  S3Bucket string /[A-Za-z0-9._-]{3,63}/
  S3Key string 1..1024
  S3ObjectVersion string 1..1024
  S3ObjectStorageMode string
  ImageUri string
  SourceKMSKeyArn string arn
 .Environment
  Variables {string}
 .EphemeralStorage
  Size! integer 512..10240
 .TracingConfig
  Mode string =Active|PassThrough
 .DeadLetterConfig
  TargetArn string arn
 .VpcConfig
  SecurityGroupIds [string] 0..5
  SubnetIds [string] 0..16
  Ipv6AllowedForDualStack boolean
 .ImageConfig
  Command [string]
  EntryPoint [string]
  WorkingDirectory string
 .FileSystemConfig
  Arn! string arn
  LocalMountPath! string /\/mnt\/[A-Za-z0-9_.-]+/
  S3FilesConfig json
 .LoggingConfig
  LogFormat string =Text|JSON
  LogGroup string 1..512
  ApplicationLogLevel string =TRACE|DEBUG|INFO|WARN|ERROR|FATAL
  SystemLogLevel string =DEBUG|INFO|WARN
 .SnapStart
  ApplyOn! string =PublishedVersions|None
 .RuntimeManagementConfig
  UpdateRuntimeOn! string =Auto|FunctionUpdate|Manual
  RuntimeVersionArn string arn

AWS::Lambda::Version @FunctionArn @Version ref-arn
 FunctionName! string ~
 CodeSha256 string ~
 Description string ~ 0..256
 ProvisionedConcurrencyConfig json ~ is:not-done
 RuntimePolicy json ~

AWS::Lambda::Permission @Id
 Action! string ~ /lambda:[A-Za-z*]+/
 FunctionName! string ~
 Principal! string ~ /[!-~]+/
 SourceArn string ~ arn
 SourceAccount string ~ /[0-9]{12}/
 EventSourceToken string ~ 0..256
 FunctionUrlAuthType string ~ =AWS_IAM|NONE
 InvokedViaFunctionUrl boolean ~
 PrincipalOrgID string ~ /o-[a-z0-9]{10,32}/

AWS::Lambda::EventInvokeConfig unmade
 FunctionName! string ~
 Qualifier! string ~
 MaximumRetryAttempts integer 0..2
 MaximumEventAgeInSeconds integer 60..21600
 DestinationConfig DestinationConfig
 .DestinationConfig
  OnSuccess OnSuccess
  OnFailure OnFailure
 .OnSuccess
  Destination! string arn
 .OnFailure
  Destination! string arn

AWS::SSM::Document
 Name string ~ /[A-Za-z0-9_.-]{3,128}/ is:own-name
 Content! json is:document
 DocumentType string ~ =Command|Policy|Automation|Session|Package|ApplicationConfiguration|ApplicationConfigurationSchema|DeploymentStrategy|ChangeCalendar|Automation.ChangeTemplate|ProblemAnalysis|ProblemAnalysisTemplate|CloudFormation|ConformancePackTemplate|QuickSetup|ManualApprovalPolicy|AutoApprovalPolicy
 DocumentFormat string =YAML|JSON|TEXT
 TargetType string /\/[A-Za-z0-9_.:\/-]*/
 UpdateMethod string =Replace|NewVersion
 VersionName string /[A-Za-z0-9_.-]{1,128}/
 Requires [DocumentRequires]
 Attachments [AttachmentsSource] 0..20
 Tags [Tag] 0..50
 .DocumentRequires
  Name string
  Version string
 .AttachmentsSource
  Key string =SourceUrl|S3FileUrl|AttachmentReference
  Name string
  Values [string] 0..1

AWS::SSM::MaintenanceWindow @WindowId
 Name! string /[A-Za-z0-9_.-]{3,128}/
 Description string 1..128
 Schedule! string 1..256 is:window-schedule
 ScheduleTimezone string is:timezone
 ScheduleOffset integer 1..6
 Duration! integer 1..24
 Cutoff! integer 0..23
 AllowUnassociatedTargets! boolean
 StartDate string is:instant
 EndDate string is:instant
 Tags [Tag] 0..50

AWS::SSM::MaintenanceWindowTarget @WindowTargetId
 WindowId! string ~ /mw-[0-9a-f]{17}/ ref:AWS::SSM::MaintenanceWindow
 ResourceType! string =INSTANCE|RESOURCE_GROUP
 Targets! [Target] 1..5
 Name string /[A-Za-z0-9_.-]{3,128}/
 Description string 1..128
 OwnerInformation string 1..128
 .Target
  Key! string 1..163 is:target-key
  Values! [string] 0..50

AWS::SSM::MaintenanceWindowTask @WindowTaskId
 WindowId! string ~ /mw-[0-9a-f]{17}/ ref:AWS::SSM::MaintenanceWindow
 TaskArn! string 1..1600
 TaskType! string ~ =RUN_COMMAND|AUTOMATION|STEP_FUNCTIONS|LAMBDA
 Priority! integer 0..2147483647
 Targets [Target] 0..5
 MaxConcurrency string is:concurrency
 MaxErrors string is:errors
 ServiceRoleArn string arn
 TaskInvocationParameters TaskInvocationParameters
 TaskParameters json
 CutoffBehavior string =CONTINUE_TASK|CANCEL_TASK
 Name string /[A-Za-z0-9_.-]{3,128}/
 Description string 1..128
 LoggingInfo LoggingInfo
 .Target
  Key! string =WindowTargetIds|InstanceIds
  Values! [string] 0..50
 .TaskInvocationParameters
  MaintenanceWindowRunCommandParameters RunCommand
  MaintenanceWindowAutomationParameters Automation
  MaintenanceWindowStepFunctionsParameters StepFunctions
  MaintenanceWindowLambdaParameters Lambda
 .RunCommand
  Comment string 0..100
  CloudWatchOutputConfig json
  DocumentHash string 0..256
  DocumentHashType string =Sha256|Sha1
  DocumentVersion string /[$A-Z0-9]+/
  NotificationConfig json
  OutputS3BucketName string
  OutputS3KeyPrefix string
  Parameters json
  ServiceRoleArn string arn
  TimeoutSeconds integer 30..2592000
 .Automation
  DocumentVersion string /[$A-Z0-9]+/
  Parameters {TextList}
 .StepFunctions
  Input string 0..4096
  Name string 1..80
 .Lambda
  ClientContext string 1..8000
  Payload string 0..4096
  Qualifier string 1..128
 .LoggingInfo
  Region! string
  S3Bucket! string
  S3Prefix string

AWS::SSM::Parameter @Arn @Type @Value
 Name string ~ 1..2048
 Type! string =String|StringList
 Value! string 1..8192
 Description string 0..1024
 AllowedPattern string 0..1024
 DataType string =text|aws:ec2:image
 Tier string =Standard|Advanced|Intelligent-Tiering
 Policies string
 Tags json

AWS::Events::Rule @Arn @RuleName
 Name string ~ /[A-Za-z0-9_.-]{1,64}/
 Description string 0..512
 EventPattern json is:event-pattern
 ScheduleExpression string 0..256 is:rule-schedule
 State string =ENABLED|DISABLED|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
 EventBusName string ~ 1..256
 RoleArn string arn
 Targets [Target] 0..5
 Tags [Tag] 0..50
 .Target
  Id! string /[A-Za-z0-9_.-]{1,64}/
  Arn! string 1..1600 arn
  RoleArn string arn
  Input string 0..8192 is:json-text
  InputPath string 0..256
  InputTransformer InputTransformer
  DeadLetterConfig DeadLetterConfig
  RetryPolicy RetryPolicy
  SqsParameters SqsParameters
  RunCommandParameters RunCommandParameters
  HttpParameters json
  EcsParameters json
  BatchParameters json
  KinesisParameters json
  RedshiftDataParameters json
  SageMakerPipelineParameters json
  AppSyncParameters json
 .InputTransformer
  InputPathsMap {string} 0..100
  InputTemplate! string 1..8192
 .DeadLetterConfig
  Arn string arn
 .RetryPolicy
  MaximumEventAgeInSeconds integer 60..86400
  MaximumRetryAttempts integer 0..185
 .SqsParameters
  MessageGroupId! string
 .RunCommandParameters
  RunCommandTargets! [RunCommandTarget] 1..5
 .RunCommandTarget
  Key! string 1..128
  Values! [string] 1..50

AWS::Events::EventBus @Arn @Name @Policy unmade
 Name! string ~ 1..256
 Description string 0..512
 EventSourceName string ~
 KmsKeyIdentifier string
 Policy json
 DeadLetterConfig json
 LogConfig json
 Tags [Tag] 0..50

AWS::EC2::Instance @InstanceId @AvailabilityZone @PrivateDnsName @PrivateIp @PublicDnsName @PublicIp @VpcId @State.Code @State.Name
 ImageId string ~ /ami-[0-9a-f]{8,17}/
 InstanceType string
 KeyName string ~
 SubnetId string ~
 AvailabilityZone string ~
 PrivateIpAddress string ~
 SecurityGroupIds [string]
 SecurityGroups [string] ~
 IamInstanceProfile string
 UserData string
 EbsOptimized boolean
 Monitoring boolean
 DisableApiTermination boolean
 SourceDestCheck boolean
 PropagateTagsToVolumeOnCreation boolean
 Tenancy string =default|dedicated|host
 InstanceInitiatedShutdownBehavior string =stop|terminate
 BlockDeviceMappings [BlockDeviceMapping]
 Volumes [Volume] is:not-done
 Tags [Tag] 0..50
 AdditionalInfo string
 Affinity string =host|default is:not-done
 CpuOptions json ~ is:not-done
 CreditSpecification json
 ElasticGpuSpecifications json ~ is:not-done
 ElasticInferenceAccelerators json ~ is:not-done
 EnclaveOptions json ~ is:not-done
 HibernationOptions json ~ is:not-done
 HostId string is:not-done
 HostResourceGroupArn string ~ arn is:not-done
 Ipv6AddressCount integer ~ is:not-done
 Ipv6Addresses json ~ is:not-done
 KernelId string
 LaunchTemplate json ~ is:not-done
 LicenseSpecifications json ~ is:not-done
 MetadataOptions json
 NetworkInterfaces json ~ is:not-done
 PlacementGroupName string ~ is:not-done
 PrivateDnsNameOptions json is:not-done
 RamdiskId string
 SsmAssociations json is:not-done
 .BlockDeviceMapping
  DeviceName! string
  Ebs Ebs
  NoDevice json
  VirtualName string
 .Ebs
  DeleteOnTermination boolean
  Encrypted boolean
  Iops integer 100..256000
  KmsKeyId string
  SnapshotId string
  VolumeSize integer 1..65536
  VolumeType string =standard|gp2|gp3|io1|io2|st1|sc1
 .Volume
  Device! string
  VolumeId! string

AWS::CDK::Metadata any
)";

}  // namespace hikae::stack
