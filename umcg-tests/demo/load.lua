-- SPDX-License-Identifier: Apache-2.0
-- The demo's client: asks for items and documents, orders, checks every response, prints one line of JSON.
-- What the answers must hold stands in Workload.java.
--
-- With a number as its argument it sends so many requests, waits for their answers, ends wrk, and tells for how many
-- nanoseconds the processors were busy meanwhile, where one may know; else wrk ends it.

local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int pid, int sig);")

local SIGINT = 2
local FOR_EVER_MS = 1000000000
local ITEMS = 1000
local DOCUMENTS = 16
local DOCUMENT_LENGTH = 1024
local MODULUS = 1000003
local NUMBERS_PER_THREAD = 100000000

local threads = {}

function setup(thread)
    thread:set("first", #threads * NUMBERS_PER_THREAD)
    table.insert(threads, thread)
end

local function documentHash(document)
    local hash = 0
    for i = 0, DOCUMENT_LENGTH - 1 do
        hash = (hash * 31 + 97 + i * (document + 1) % 26) % MODULUS
    end
    return hash
end

-- Request number -> item that was asked for, until the response comes. Connections of a thread take turns.
local asked = {}
local hashes = {}
local number

-- wrk asks how long to wait before each request, if there is such a function.
local function limitRequests(limit)
    local sent = 0
    answersLeft = limit
    delay = function()
        sent = sent + 1
        return sent <= limit and 0 or FOR_EVER_MS
    end
end

-- Since boot, of the first processor. The waits for the host's files are idle time too.
local function busyNanoseconds()
    local file = io.open("/proc/timer_list")
    if not file then
        return 0
    end
    local text = file:read("*a")
    file:close()
    local idle = tonumber(string.match(text, "%.idle_sleeptime%s*: (%d+)")) or 0
    local waiting = tonumber(string.match(text, "%.iowait_sleeptime%s*: (%d+)")) or 0
    return tonumber(string.match(text, "now at (%d+) nsecs")) - idle - waiting
end

function init(args)
    for document = 0, DOCUMENTS - 1 do
        hashes[document] = documentHash(document)
    end
    number = first
    mismatches = 0
    orders = 0
    busy = 0
    if args[1] then
        limitRequests(tonumber(args[1]))
        busy = -busyNanoseconds()
    end
end

function request()
    number = number + 1
    local id = number * 7 % ITEMS + 1
    local kind = number % 5
    asked[number] = id
    if kind == 0 then
        return "POST /order/" .. id .. "?n=" .. number ..
            " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n" .. number % 9 + 1
    end
    return (kind < 3 and "GET /item/" or "GET /document/") .. id .. "?n=" .. number ..
        " HTTP/1.1\r\nHost: localhost\r\n\r\n"
end

local function isValue(n, id, name, value)
    local kind = n % 5
    if kind == 0 then
        orders = orders + 1
        return name == "sold" and value >= n % 9 + 1
    elseif kind < 3 then
        return name == "price" and value == id * 7919 % 10007
    end
    return name == "document" and value == hashes[id % DOCUMENTS]
end

local function isAnswer(body)
    local n, id, name, value, sum = string.match(body, "^n=(%d+) id=(%d+) (%a+)=(%d+) sum=(%d+)\n$")
    n, id, value = tonumber(n), tonumber(id), tonumber(value)
    if n == nil or asked[n] ~= id then
        return false
    end
    asked[n] = nil
    return isValue(n, id, name, value) and tonumber(sum) == (n + 31 * id + 17 * value) % MODULUS
end

-- The main thread of wrk sleeps as long as -d says, or until this signal.
local function countDown()
    answersLeft = answersLeft - 1
    if answersLeft == 0 then
        busy = busy + busyNanoseconds()
        wrk.thread:stop()
        ffi.C.kill(ffi.C.getpid(), SIGINT)
    end
end

function response(status, headers, body)
    if answersLeft then
        countDown()
    end
    -- wrk itself counts the statuses from 400 on.
    if status < 400 and not (status == 200 and isAnswer(body)) then
        mismatches = mismatches + 1
        if mismatches == 1 then
            io.stderr:write("unexpected response: status " .. status .. ": " .. body .. "\n")
        end
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    local wrong, ordered, busyTime = 0, 0, 0
    for _, thread in ipairs(threads) do
        wrong = wrong + thread:get("mismatches")
        ordered = ordered + thread:get("orders")
        busyTime = thread:get("busy")
    end
    -- Where all answers are waited for none is late: such a clock leaps while the machine waits for the host.
    local late = threads[1]:get("answersLeft") and 0 or errors.timeout
    io.write(string.format(
        '{"requests":%d,"orders":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"errors":%d,"busy_ns":%d,' ..
        '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,"mismatch":%d}\n',
        summary.requests, ordered, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + late + wrong, busyTime,
        errors.connect, errors.read, errors.write, errors.status, errors.timeout, wrong))
end
