# Signs a message with dkimpy: MESSAGE KEY COUNT. Prints the microseconds of processor time of one signature.
import sys, time, dkim

message = open(sys.argv[1], 'rb').read()
key = open(sys.argv[2], 'rb').read()
count = int(sys.argv[3])

def sign():
    return dkim.sign(message, b's', b'example.com', key, canonicalize=(b'relaxed', b'relaxed'))

for _ in range(3):
    sign()
start = time.process_time()
for _ in range(count):
    sign()
print((time.process_time() - start) / count * 1e6)
