#include "timeline/redis/functions.hpp"

namespace atelier::timeline {

// Everything is checked before the first write: a script that fails half way keeps what it wrote until then.
// A message is the epoch (16 bytes) and then each entry as "SEQ TIME LENGTH\n" and the body.
const char* const functions_code = R"lua(#!lua name=atelier_1

local function seq_id(seq) return string.format('%.0f-0', seq) end

local function create(keys, args)
  if redis.call('HSETNX', keys[1], 'epoch', args[1]) == 0 then return redis.error_reply('EXISTS') end
  redis.call('HSET', keys[1], 'seq', '0', 'time', '')
  return 1
end

-- keys: log, meta; args: channel, then for each entry its time ('' is now) and its body.
-- Gives the first seq, then the time of each entry.
local function append(keys, args)
  local meta = redis.call('HMGET', keys[2], 'epoch', 'seq', 'time')
  if not meta[1] then return redis.error_reply('UNKNOWN') end
  local seq, last = tonumber(meta[2]), tonumber(meta[3])
  local top = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
  if (top and top[1] or '0-0') ~= seq_id(seq) then return redis.error_reply('DAMAGED the stream does not end at ' .. seq_id(seq)) end
  local clock = redis.call('TIME')
  local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
  local answer, message = {seq_id(seq + 1)}, {meta[1]}
  for i = 2, #args, 2 do
    seq = seq + 1
    local time = tonumber(args[i]) or now
    if last and time < last then time = last end
    last = time
    local text = string.format('%.0f', time)
    redis.call('XADD', keys[1], seq_id(seq), 't', text, 'b', args[i + 1])
    answer[#answer + 1] = text
    message[#message + 1] = string.format('%.0f %s %d\n', seq, text, #args[i + 1]) .. args[i + 1]
  end
  redis.call('HSET', keys[2], 'seq', string.format('%.0f', seq), 'time', string.format('%.0f', last))
  redis.call('PUBLISH', args[1], table.concat(message))
  return answer
end

-- keys: snapshots, meta; args: seq in 20 digits, packed. Gives all places that are kept.
local function keep(keys, args)
  local seq = redis.call('HGET', keys[2], 'seq')
  if not seq then return redis.error_reply('UNKNOWN') end
  if tonumber(args[1]) <= tonumber(seq) then redis.call('HSET', keys[1], args[1], args[2]) end
  return redis.call('HKEYS', keys[1])
end

redis.register_function('atelier_1_create', create)
redis.register_function('atelier_1_append', append)
redis.register_function('atelier_1_keep', keep)
)lua";

}  // namespace atelier::timeline
