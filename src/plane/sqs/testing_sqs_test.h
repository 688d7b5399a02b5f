// SQS over a kernel in memory, for its tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "plane/sqs/sqs.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane::sqs {

struct SqsBench {
  TestKernel test;
  Sqs service{*test.kernel, test.time, "http://127.0.0.1:4780"};
  std::string url = make("work");

  std::string make(std::string_view name, Object attributes = {}) {
    Object input{{"QueueName", name}};
    if (!attributes.empty()) input["Attributes"] = std::move(attributes);
    return str(text_at(ok("CreateQueue", std::move(input)), "QueueUrl"));
  }

  Value ok(std::string_view operation, Value input) {
    return test.ok(service, operation, std::move(input));
  }
  std::string refused(std::string_view operation, Value input) {
    return test.refused(service, operation, std::move(input));
  }

  static Object with_url(std::string_view queue, Object more) {
    more["QueueUrl"] = queue;
    return more;
  }
  Object at(Object more = {}) { return with_url(url, std::move(more)); }

  Value send(std::string_view body, Object more = {}) {
    more["MessageBody"] = body;
    return ok("SendMessage", at(std::move(more)));
  }
  Array receive(Object more = {}) { return receive_of(url, std::move(more)); }
  Array receive_of(std::string_view queue, Object more = {}) {
    return list_at(ok("ReceiveMessage", with_url(queue, std::move(more))), "Messages");
  }
  /// The bodies of one receive, "a b c".
  std::string bodies(Object more = {}) { return bodies_of(url, std::move(more)); }
  std::string bodies_of(std::string_view queue, Object more = {}) {
    if (!more.contains("MaxNumberOfMessages")) more["MaxNumberOfMessages"] = 10;
    std::string all;
    for (const auto& message : receive_of(queue, std::move(more))) {
      if (!all.empty()) all += ' ';
      all += text_at(message, "Body");
    }
    return all;
  }
  std::string attribute(std::string_view name) { return attribute_of(url, name); }
  std::string attribute_of(std::string_view queue, std::string_view name) {
    const auto answer =
        ok("GetQueueAttributes", with_url(queue, {{"AttributeNames", Array{Value(name)}}}));
    return str(text_at(object_at(answer, "Attributes"), name));
  }
  void pass(Duration duration) { test.time.run_until(test.time.now() + duration); }
};

}  // namespace hikae::plane::sqs
