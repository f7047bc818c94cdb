"""Writes the files of vectors beside this folder, and a mark certificate: python3 testdata/vectors/make. The same files come out each time."""
import sys

sys.dont_write_bytecode = True

import arc
import bimi
import dkim
import dmarc
import iprev
import mark
import spf

print(sum(suite.make().write() for suite in (spf, dkim, dmarc, arc, bimi, iprev)), "vectors")
mark.write()
