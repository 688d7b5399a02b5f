// The life of a backup by the JavaScript SDK's hands: node life.mjs ENDPOINT. Prints one JSON line
// of what it saw; any surprise ends it with a stack trace.
import assert from 'node:assert/strict';
import * as ec2 from '@aws-sdk/client-ec2';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';

const options = { endpoint: process.argv[2], region: process.env.AWS_REGION, maxAttempts: 1 };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, check) {
  for (let tries = 0; tries < 400; ++tries) {
    const value = await check();
    if (value) return value;
    await pause(300);
  }
  throw new Error(`${what}: not in time`);
}

async function refused(name, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    return true;
  });
}

const identity = await new sts.STSClient(options).send(new sts.GetCallerIdentityCommand({}));

const machines = new ec2.EC2Client(options);
const run = await machines.send(new ec2.RunInstancesCommand({
  ImageId: 'ami-0abcdef1234567890', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1,
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'js' }] }],
}));
const instance = run.Instances[0].InstanceId;
await ec2.waitUntilInstanceRunning({ client: machines, maxWaitTime: 60, minDelay: 1 },
  { InstanceIds: [instance] });

const manager = new ssm.SSMClient(options);
await manager.send(new ssm.CreateDocumentCommand({
  Name: 'life-js', DocumentType: 'Automation', DocumentFormat: 'JSON',
  Content: JSON.stringify({
    schemaVersion: '0.3',
    parameters: { InstanceId: { type: 'String' } },
    mainSteps: [{
      name: 'image', action: 'aws:createImage',
      inputs: { InstanceId: '{{ InstanceId }}', ImageName: 'js-{{ global:DATE_TIME }}', NoReboot: true },
    }],
  }),
}));
const { AutomationExecutionId } = await manager.send(new ssm.StartAutomationExecutionCommand({
  DocumentName: 'life-js', Parameters: { InstanceId: [instance] },
}));
const ended = await until('the run', async () => {
  const seen = await manager.send(new ssm.GetAutomationExecutionCommand({ AutomationExecutionId }));
  const execution = seen.AutomationExecution;
  assert.ok(execution.ExecutionStartTime instanceof Date);
  return ['Pending', 'InProgress', 'Waiting'].includes(execution.AutomationExecutionStatus)
    ? null : execution;
});
const images = await machines.send(new ec2.DescribeImagesCommand({
  Owners: ['self'], Filters: [{ Name: 'name', Values: ['js-*'] }],
}));
assert.equal(images.Images.length, 1);
await machines.send(new ec2.DeregisterImageCommand({ ImageId: images.Images[0].ImageId }));
await refused('InvalidAMIID.NotFound', machines.send(
  new ec2.DescribeImagesCommand({ ImageIds: [images.Images[0].ImageId] })));
await refused('DoesNotExistException', manager.send(
  new ssm.GetMaintenanceWindowCommand({ WindowId: 'mw-0123456789abcdef0' })));

const topics = new sns.SNSClient(options);
const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: 'js' }));
assert.ok((await topics.send(new sns.PublishCommand({ TopicArn, Message: 'hello' }))).MessageId);

const queues = new sqs.SQSClient(options);
const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: 'js' }));
await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
const got = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
assert.equal(got.Messages[0].Body, 'hello');
await refused('QueueDoesNotExist', queues.send(new sqs.GetQueueUrlCommand({ QueueName: 'no' })));

const objects = new s3.S3Client({ ...options, forcePathStyle: true });
await objects.send(new s3.CreateBucketCommand({ Bucket: 'js-bucket' }));
await objects.send(new s3.PutObjectCommand({ Bucket: 'js-bucket', Key: 'a b', Body: 'bytes' }));
const object = await objects.send(new s3.GetObjectCommand({ Bucket: 'js-bucket', Key: 'a b' }));
assert.equal(await object.Body.transformToString(), 'bytes');
await refused('NoSuchKey', objects.send(
  new s3.GetObjectCommand({ Bucket: 'js-bucket', Key: 'none' })));

await machines.send(new ec2.TerminateInstancesCommand({ InstanceIds: [instance] }));
console.log(JSON.stringify({ Account: identity.Account, Status: ended.AutomationExecutionStatus }));
