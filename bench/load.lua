-- Asks with each cookie of a file in turn, and prints one line of JSON at the end.

local asked, turn = {}, 0

function init(arguments)
  for cookie in io.lines(arguments[1]) do
    wrk.headers["Cookie"] = cookie
    asked[#asked + 1] = wrk.format()
  end
  if #asked > 1 then
    request = function()
      turn = turn % #asked + 1
      return asked[turn]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local line = '{"answers":%d,"microseconds":%d,"bytes":%d,"refused":%d,'
    .. '"broken":%d,"p50":%d,"p99":%d}\n'
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(line:format(summary.requests, summary.duration, summary.bytes,
    errors.status, broken, latency:percentile(50), latency:percentile(99)))
end
