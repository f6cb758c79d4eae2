-- For wrk: sends one access token after another. TOKENS names a file with a token on each line; VIA is `cookie` or
-- `header`; TARGET is the path.
local via = os.getenv("VIA") or "cookie"
local target = os.getenv("TARGET") or "/me"
local requests, sent = {}, 0

function init()
  for token in io.lines(os.getenv("TOKENS") or "tokens.txt") do
    local headers = {}
    if via == "cookie" then
      headers["Cookie"] = "sAccessToken=" .. token
    else
      headers["Authorization"] = "Bearer " .. token
    end
    table.insert(requests, wrk.format("GET", target, headers))
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end
