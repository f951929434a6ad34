#!/usr/bin/env python3
"""Holds `bitworth serve` against what clients do to it: a flood of requests, connections that say nothing, requests that
trickle, bodies without end, broken HTTP. It must answer a plain request all the while and end when told to. With --bench
it prints what-if requests a second instead, and the server's CPU time for each: other work on the machine costs the one,
not the other. No time decides the test."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

program = sys.argv[1]
server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
port = int(server.stdout.readline().split(":")[2].split("/")[0])
headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate, br"}  # as a browser's


def ask(method, path, body=None, connection=None):
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body=body, headers=headers if body is not None else {})
    response = connection.getresponse()
    return response.status, response.read()


def what_if(load, draws=200):
    return json.dumps({"draws": draws, "changes": {"workload.requests_per_second": load}})


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    return threads


def cpu_seconds():
    with open(f"/proc/{server.pid}/stat") as stat:
        user, kernel = stat.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")


def ask_many(what, key, value, asked, draws):
    threads, waits = 4, []

    def client(number):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for i in range(number, asked, threads):
            begun = time.monotonic()
            body = json.dumps({"draws": draws, "changes": {key: value(i)}})
            status, answer = ask("POST", "/api/decision", body, connection)
            waits.append(time.monotonic() - begun)
            assert status == 200, (status, answer)

    ask("GET", "/api/decision")  # as the page does before any slider moves
    begun, cpu = time.monotonic(), cpu_seconds()
    for thread in in_threads(threads, client):
        thread.join()
    took, cpu = time.monotonic() - begun, cpu_seconds() - cpu
    print(f"{what}: {asked / took:.0f} requests/s of {draws} draws, {threads} clients, median wait "
          f"{1e3 * sorted(waits)[asked // 2]:.0f} ms; {1e3 * cpu / asked:.1f} ms of CPU each, which on {os.cpu_count()} free "
          f"cores is {os.cpu_count() * asked / cpu:.0f} requests/s")


def bench():
    draws = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    ask_many("another load", "workload.requests_per_second", lambda i: 10 + i / 4, 400, draws)
    ask_many("another price", "hardware.price_per_gpu_hour", lambda i: 1 + i / 100, 400, draws)
    ask_many("another length", "workload.prompt_tokens", lambda i: 1020 + i, 200, draws)
    ask_many("lengths from 200 to 4000", "workload.prompt_tokens", lambda i: round(200 * 20 ** (i / 400)), 400, draws)


def hostile():
    statuses = []

    def flooding(number):
        for i in range(20):
            try:
                statuses.append(ask("POST", "/api/decision", what_if(1 + number + i, 100))[0])
            except OSError:
                statuses.append(0)

    def trickling(number):
        # Headers that never end, a byte at a time, for as long as the server bears it.
        with socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
            try:
                for _ in range(60):
                    slow.send(b"GET / HTTP/1.1\r\nHost: x\r\n"[number % 20:][:1])
                    time.sleep(0.05)
            except OSError:
                pass

    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    running = in_threads(8, flooding) + in_threads(10, trickling)
    for text in (b"\r\n\r\n", b"GET\r\n\r\n", b"POST /api/decision HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
                 b"POST /api/decision HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"\x00" * 10000, b"A" * 100000,
                 b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
                 b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as broken:
            try:
                broken.sendall(text)
                broken.recv(100)
            except OSError:
                pass
    status, body = ask("GET", "/api/decision")
    assert status == 200 and json.loads(body)["schema"] == "bitworth.page", status
    for thread in running:
        thread.join()
    for each in silent:
        each.close()
    answered = sum(status == 200 for status in statuses)
    assert set(statuses) <= {200, 503, 0} and answered > len(statuses) // 2, statuses
    # What the HTTP library refuses by itself says why too; a form with parts is no question.
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for method, body, sent, expected in (("POST", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', form, 415),
                                         ("GET", None, {"Range": "bytes=x"}, 416), ("PROPFIND", None, {}, 400)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, "/api/decision", body, sent)
        response = connection.getresponse()
        assert response.status == expected and json.loads(response.read())["problems"], (method, response.status)
        assert response.getheader("X-Content-Type-Options") == "nosniff", (method, response.getheaders())
    # Neither packed nor cut up, whatever a client would like.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/api/decision", headers={"Accept-Encoding": "br, gzip", "Range": "bytes=" + "0-," * 1000 + "0-"})
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Encoding")) == (200, None), response.getheaders()
    assert json.loads(response.read())["schema"] == "bitworth.page"
    status, _ = ask("POST", "/api/decision", "x" * 2000000)
    assert status in (400, 413), status
    assert ask("POST", "/api/decision", what_if(5))[0] == 200
    second = subprocess.run([program, "serve", "--port", str(port)], capture_output=True, text=True, timeout=60)
    assert second.returncode == 1 and "in use" in second.stderr, second
    print(f"{answered} of {len(statuses)} answered in the flood")


try:
    bench() if "--bench" in sys.argv else hostile()
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=60) == 0, server.returncode
finally:
    server.kill()
