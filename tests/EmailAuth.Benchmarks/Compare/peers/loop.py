"""What the drivers in Python share: commands on standard input, answers on standard output (see Driver.cs)."""
import sys
import time


def answer(*fields):
    print(*fields, sep="\t", flush=True)


def absent(error):
    answer("absent", error)
    sys.exit(0)


def batch(count, elapsed):
    """How many items to judge until the clock is looked at again, in about 100 microseconds."""
    return max(1, count * 100_000 // elapsed) if elapsed else 1


def run(name, load, verdict):
    """load(fields) makes an item of the fields of an item line; verdict(item, records) answers a word."""
    answer("ready", name)
    records, items = {}, []
    for line in sys.stdin:
        command, *fields = line.rstrip("\n").split("\t")
        if command == "record":
            records.setdefault((fields[0], fields[1]), []).append(fields[2])
        elif command == "item":
            items.append(fields)
        elif command == "check":
            answer(verdict(load(items[int(fields[0])]), records))
        elif command == "time":
            budget, expected = int(fields[0]), fields[1]
            loaded = [load(items[int(number)]) for number in fields[2:]]
            count = wrong = elapsed = 0
            started = time.process_time_ns()
            while elapsed < budget:
                for _ in range(batch(count, elapsed)):
                    wrong += verdict(loaded[count % len(loaded)], records) != expected
                    count += 1
                elapsed = time.process_time_ns() - started
            answer(count, elapsed, wrong)
