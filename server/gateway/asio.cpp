// Asio's and Beast's separately compiled parts, once.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
