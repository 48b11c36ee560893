#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace atelier::gateway {

/// Waits for what a call with a callback answers. `begin` is given the callback; it may call it at once, later or (when what it
/// waits for is destroyed) never.
template <class T>
boost::asio::awaitable<T> wait_for(std::function<void(std::function<void(T)>)> begin) {
  const auto executor = co_await boost::asio::this_coro::executor;
  // gcc 12 destroys closures twice that are temporaries of a co_await: they get names, here and where this is called.
  auto initiate = [executor, begin = std::move(begin)](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    begin([shared, executor](T value) {
      boost::asio::post(executor, [shared, value = std::move(value)]() mutable { std::move (*shared)(std::move(value)); });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(std::move(initiate),
                                                                                              boost::asio::use_awaitable);
}

}  // namespace atelier::gateway
