// Functions as processes: boto3 creates and invokes them in a running hikae; the article's two do
// their work unmodified.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "mail_reader.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kPreface = R"py(
import base64, boto3, functools, io, json, sys, zipfile
boto3.client = functools.partial(boto3.client, endpoint_url=sys.argv[1])
client = boto3.client('lambda')
def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, (0o100755 << 16)
            archive.writestr(entry, text)
    return out.getvalue()
def create(name, files, **more):
    given = dict(Runtime='python3.12', Handler='index.go', Timeout=60, MemorySize=256,
                 Role='arn:aws:iam::123456789012:role/worker')
    given.update(more)
    client.create_function(FunctionName=name, Code={'ZipFile': packed(files)}, **given)
def invoke(name, event={}, **more):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return answer, json.loads(answer['Payload'].read())
)py";

class FunctionsServed : public ::testing::Test {
 protected:
  void SetUp() override {
    if (run_process({"/usr/bin/python3", "-I", "-c", "import boto3"}).exit_code != 0)
      GTEST_SKIP() << "python3-boto3 is not installed";
  }
  void serve(const char* fleet, const std::vector<std::string>& words = {}) {
    put_fleet(data_.path(), fleet, cli::ClockKind::Real);
    server_ = std::make_unique<ServingHikae>(data_.path(), words);
    ASSERT_TRUE(server_->serves()) << server_->why();
  }
  /// What a client's script prints as JSON.
  Value does(const std::string& script) {
    const auto ended = run_process(
        server_->as_client({"/usr/bin/python3", "-c", kPreface + script, server_->url()}),
        std::chrono::minutes(3));
    const auto said = text::parse_json(ended.out);
    EXPECT_TRUE(said) << ended.out << ended.err;
    return said.value_or(Value());
  }

  TempFolder data_;
  std::unique_ptr<ServingHikae> server_;
};

constexpr const char* kOneMachine = "instances: [{id: i-00000000000000001, name: web}]\n";

TEST_F(FunctionsServed, APythonHandlerReturnsRaisesAndStaysWarm) {
  serve(kOneMachine);
  const auto said = does(R"py(
create('web', {'index.py': '''
import boto3
count = 0
def go(event, context):
    global count
    count += 1
    if event.get('raise'):
        raise KeyError('missing')
    print('seen', event['name'])
    left = context.get_remaining_time_in_millis()
    return {'count': count, 'name': context.function_name, 'memory': context.memory_limit_in_mb,
            'group': context.log_group_name, 'time': 0 < left <= 60000,
            'arn': context.invoked_function_arn,
            'caller': boto3.client('sts').get_caller_identity()['Arn']}
'''})
_, first = invoke('web', {'name': 'a'})
answer, second = invoke('web', {'name': 'b'}, LogType='Tail')
broken, error = invoke('web', {'raise': True})
print(json.dumps({'first': first, 'second': second['count'], 'error': error,
                  'log': base64.b64decode(answer['LogResult']).decode(),
                  'kind': broken['FunctionError'], 'status': broken['StatusCode']}))
)py");
  const auto& first = object_at(said, "first");
  EXPECT_EQ(int_at(first, "count"), 1);
  EXPECT_EQ(int_at(said, "second"), 2);
  EXPECT_EQ(text_at(first, "name"), "web");
  EXPECT_EQ(text_at(first, "memory"), "256");
  EXPECT_EQ(text_at(first, "group"), "/aws/lambda/web");
  EXPECT_TRUE(is_true_at(first, "time"));
  EXPECT_EQ(text_at(first, "arn"), "arn:aws:lambda:ap-northeast-1:123456789012:function:web");
  EXPECT_EQ(text_at(first, "caller"), "arn:aws:sts::123456789012:assumed-role/worker/web");
  EXPECT_NE(text_at(said, "log").find("\nseen b\nEND RequestId: "), std::string_view::npos);
  const auto& error = object_at(said, "error");
  EXPECT_EQ(text_at(error, "errorType"), "KeyError");
  EXPECT_EQ(text_at(error, "errorMessage"), "'missing'");
  EXPECT_EQ(list_at(error, "stackTrace").size(), 1U);
  EXPECT_EQ(text_at(said, "kind"), "Unhandled");
  EXPECT_EQ(int_at(said, "status"), 200);
  std::ifstream log(data_.path() + "/functions/logs/web.log");
  EXPECT_TRUE(log.good());
}

TEST_F(FunctionsServed, WhatGoesWrongIsToldAsLambdaTellsIt) {
  serve(kOneMachine);
  const auto said = does(R"py(
create('absent', {'index.py': 'import nothing_of_that_name\ndef go(e, c): pass\n'})
create('nameless', {'index.py': 'def other(e, c): pass\n'})
create('slow', {'index.py': 'import time\ndef go(e, c): time.sleep(60)\n'}, Timeout=1)
create('ends', {'index.py': 'import os\ndef go(e, c): os._exit(3)\n'})
create('set', {'index.py': 'def go(e, c): return {1}\n'})
create('empty', {'readme': ''}, Runtime='provided.al2023')
told = {}
for name in ('absent', 'nameless', 'slow', 'ends', 'set', 'empty'):
    answer, error = invoke(name)
    told[name] = [answer.get('FunctionError'), error['errorType'], error['errorMessage'][-60:]]
print(json.dumps(told))
)py");
  const auto type_of = [&](std::string_view name) {
    const auto& told = list_at(said, name);
    return told.size() < 2 ? std::string() : str(text_of(told[1]));
  };
  EXPECT_EQ(type_of("absent"), "Runtime.ImportModuleError");
  EXPECT_EQ(type_of("nameless"), "Runtime.HandlerNotFound");
  EXPECT_EQ(type_of("slow"), "Sandbox.Timedout");
  EXPECT_EQ(type_of("ends"), "Runtime.ExitError");
  EXPECT_EQ(type_of("set"), "Runtime.MarshalError");
  EXPECT_EQ(type_of("empty"), "Runtime.InvalidEntrypoint");
}

TEST_F(FunctionsServed, ABootstrapOfOnesOwnSpeaksTheRuntimeApi) {
  serve(kOneMachine);
  const auto said = does(R"py(
create('own', {'bootstrap': '''#!/usr/bin/python3
import json, os, urllib.request
api = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/'
while True:
    with urllib.request.urlopen(api + 'next') as given:
        id, event = given.headers['Lambda-Runtime-Aws-Request-Id'], json.load(given)
    answer = json.dumps({'twice': event['n'] * 2, 'handler': os.environ['_HANDLER']}).encode()
    urllib.request.urlopen(api + id + '/response', answer).close()
'''}, Runtime='provided.al2023', Handler='own.handler')
print(json.dumps([invoke('own', {'n': n})[1] for n in (4, 5)]))
)py");
  EXPECT_EQ(text::to_json(said),
            R"([{"twice":8,"handler":"own.handler"},{"twice":10,"handler":"own.handler"}])");
}

/// The article's group: one machine with three old images of its own, one whose agent is lost.
constexpr const char* kArticleGroup = R"(
instances:
  - id: i-00000000000000a01
    name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images: [{age: 1d, every: 1d, count: 3, tags: {Name: '{name}', AutoBackup: 'true'}}]
  - id: i-00000000000000a02
    name: silent
    agent: lost
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}
)";

/// As CDK's command would: the assets into the bucket, then the stack.
constexpr const char* kDeployArticle = R"py(
import os, time
shared = SHARED
bucket = 'cdk-hnb659fds-assets-123456789012-ap-northeast-1'
s3, cfn, ec2 = boto3.client('s3'), boto3.client('cloudformation'), boto3.client('ec2')
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={'LocationConstraint': 'ap-northeast-1'})
template = open(shared + '/article-template.json').read()
for folder in ('backup-gen', 'ssmagentcheck'):
    code = open(shared + '/lambda/' + folder + '/index.py').read()
    logical = 'BackupGenLambda' if folder == 'backup-gen' else 'SSMAgentCheckLambda'
    key = [one['Properties']['Code']['S3Key'] for name, one in
           json.loads(template)['Resources'].items()
           if logical in name and one['Type'] == 'AWS::Lambda::Function'][0]
    s3.put_object(Bucket=bucket, Key=key, Body=packed({'index.py': code}))
cfn.create_stack(StackName='article', TemplateBody=template,
                 Capabilities=['CAPABILITY_NAMED_IAM'])
cfn.get_waiter('stack_create_complete').wait(StackName='article',
                                             WaiterConfig={'Delay': 1, 'MaxAttempts': 90})
def images():
    return sorted(one['CreationDate'] for one in ec2.describe_images(Owners=['self'])['Images'])
def snapshots():
    return len(ec2.describe_snapshots(OwnerIds=['self'])['Snapshots'])
)py";

TEST_F(FunctionsServed, TheArticlesTwoFunctionsDoTheirWorkUnmodified) {
  const auto code = article_file("lambda/backup-gen/index.py");
  if (article_text("lambda/backup-gen/index.py").empty())
    GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
  serve(kArticleGroup);
  const auto shared = code.substr(0, code.rfind("/lambda/"));
  auto deploy = std::string(kDeployArticle);
  deploy.replace(deploy.find("SHARED"), 6, "'" + shared + "'");
  const auto said = does(deploy + R"py(
before, parts = images(), snapshots()
answer, pruned = invoke('lmd-del-backup-gen', {'ServerName': 'web', 'gen': '2'}, LogType='Tail')
checked, _ = invoke('lmd-ssmagentcheck-send-sns', {}, LogType='Tail')
print(json.dumps({'before': before, 'after': images(), 'pruned': pruned,
                  'parts': [parts, snapshots()],
                  'error': answer.get('FunctionError', '') + checked.get('FunctionError', ''),
                  'log': base64.b64decode(answer['LogResult']).decode(),
                  'check': base64.b64decode(checked['LogResult']).decode()}))
)py");
  const auto& before = list_at(said, "before");
  const auto& after = list_at(said, "after");
  ASSERT_EQ(before.size(), 3U) << text::to_json(said);
  ASSERT_EQ(after.size(), 2U) << text::to_json(said);
  EXPECT_EQ(after[0], before[1]);
  EXPECT_EQ(after[1], before[2]);
  const auto& parts = list_at(said, "parts");
  EXPECT_LT(parts[1].as_int64(), parts[0].as_int64());
  EXPECT_EQ(text_at(said, "pruned"), "OK") << "the Python function's own word";
  EXPECT_EQ(text_at(said, "error"), "");
  EXPECT_NE(text_at(said, "log").find("\nami-"), std::string_view::npos);
  EXPECT_NE(text_at(said, "check").find("Number of instances with ConnectionLost: 1"),
            std::string_view::npos);
  EXPECT_TRUE(server_->stop().exit_code == 0);
  std::vector<std::string> told;
  for (const auto& mail : read_mails(data_.file("mail")))
    if (mail.says("i-00000000000000a02 has ConnectionLost status")) told.push_back(mail.to);
  EXPECT_EQ(told.size(), 2U) << "both addresses of the article's topic";
}

}  // namespace
}  // namespace hikae::tests
