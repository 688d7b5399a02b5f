#include "net/watch.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace hikae::net {
namespace {

using WatchedDescriptor = boost::asio::posix::stream_descriptor;

void wait_for(WatchedDescriptor& descriptor, WatchedDescriptor::wait_type what,
              Watch::Ready ready) {
  descriptor.async_wait(what, [ready = std::move(ready)](boost::system::error_code error) mutable {
    // Any other error shows in the read or write that follows.
    if (error != boost::asio::error::operation_aborted) ready();
  });
}

}  // namespace

struct Watch::Impl {
  WatchedDescriptor descriptor;
};

Watch::Watch(boost::asio::io_context& io, int descriptor)
    : impl_(new Impl{WatchedDescriptor(io, descriptor)}) {}

Watch::~Watch() {
  boost::system::error_code ignored;
  impl_->descriptor.close(ignored);
}

int Watch::descriptor() const { return impl_->descriptor.native_handle(); }

void Watch::readable(Ready ready) {
  wait_for(impl_->descriptor, WatchedDescriptor::wait_read, std::move(ready));
}

void Watch::writable(Ready ready) {
  wait_for(impl_->descriptor, WatchedDescriptor::wait_write, std::move(ready));
}

void Watch::cancel() {
  boost::system::error_code ignored;
  impl_->descriptor.cancel(ignored);
}

}  // namespace hikae::net
