-- Voting. The file named by the first argument holds a path, a session and a token per line, one for each
-- vote; none is used twice. A second argument says how many lines an earlier run used.
local folder = debug.getinfo(1, "S").source:match("@?(.*/)")
dofile(folder .. "report.lua")

local votes = {}
local turn = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, session, token = line:match("^(%S+) (%S+) (%S+)$")
    votes[#votes + 1] = { path = path, session = session, token = token }
  end
  turn = tonumber(arguments[2] or "0")
end

function request()
  turn = turn + 1
  local vote = votes[turn]
  if vote == nil then
    -- Asking for what does not exist makes that the run is seen to have failed.
    return wrk.format("POST", "/no-votes-left/")
  end
  wrk.headers["Cookie"] = "__Host-session=" .. vote.session .. "; __Host-csrf=" .. vote.token
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  return wrk.format("POST", vote.path, nil, "csrfmiddlewaretoken=" .. vote.token)
end
