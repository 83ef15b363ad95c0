-- One postback, sent over and over by wrk with the headers that postproof sends.
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["User-Agent"] = "postproof/0.1.0"
wrk.headers["X-Signature"] = os.getenv("BENCH_SIGNATURE")
