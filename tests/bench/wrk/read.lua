-- Reading pages. The file named by the first argument holds a path per line, taken in turn; after a tab a
-- line may carry a cookie. With a second argument "fresh" every address is one that nobody asked for before.
local folder = debug.getinfo(1, "S").source:match("@?(.*/)")
dofile(folder .. "report.lua")

local addresses = {}
local turn = 0
local fresh = false
local salt = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, cookie = line:match("^([^\t]+)\t?(.*)$")
    addresses[#addresses + 1] = { path = path, cookie = cookie }
  end
  fresh = arguments[2] == "fresh"
  salt = arguments[3] or "0"
end

function request()
  turn = turn + 1
  local address = addresses[(turn - 1) % #addresses + 1]
  local path = address.path
  if fresh then
    path = path .. "?keer=" .. salt .. "-" .. turn
  end
  wrk.headers["Cookie"] = address.cookie ~= "" and address.cookie or nil
  return wrk.format("GET", path)
end
