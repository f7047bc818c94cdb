package Loop;

# What the drivers in Perl share: commands on standard input, answers on standard output (see Driver.cs).
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_PROCESS_CPUTIME_ID);

our %records;    # "name/type" to the packet that answers it

sub answer { local $| = 1; print join("\t", @_), "\n" }

sub absent { answer('absent', (split /\n/, shift)[0]); exit }

# load(fields) makes an item of the fields of an item line; verdict(item) answers a word.
sub run {
    my ($name, $load, $verdict) = @_;
    answer('ready', $name);
    my @items;
    while (my $line = <STDIN>) {
        chomp $line;
        my ($command, @fields) = split /\t/, $line;
        if ($command eq 'record') { publish(@fields) }
        elsif ($command eq 'item') { push @items, \@fields }
        elsif ($command eq 'check') { answer($verdict->($load->(@{ $items[$fields[0]] }))) }
        elsif ($command eq 'time') {
            my ($budget, $expected, @numbers) = @fields;
            my @loaded = map { $load->(@{ $items[$_] }) } @numbers;
            my ($count, $wrong, $elapsed) = (0, 0, 0);
            my $started = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
            while ($elapsed < $budget) {
                $wrong++ if $verdict->($loaded[$count++ % @loaded]) ne $expected;
                $elapsed = 1e9 * (clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $started);
            }
            answer($count, sprintf('%.0f', $elapsed), $wrong);
        }
    }
}

sub publish {
    my ($name, $type, $data) = @_;
    my $packet = $records{"$name/$type"} ||= Net::DNS::Packet->new($name, $type);
    $packet->header->qr(1);
    $packet->push(answer => Net::DNS::RR->new(
        name => $name, type => $type,
        $type eq 'TXT' ? (txtdata => [$data =~ /(.{1,255})/g])
        : $type eq 'MX' ? (preference => (split / /, $data)[0], exchange => (split / /, $data)[1])
        : (address => $data)));
}

# A resolver as both modules want one: answers from memory, NXDOMAIN for what is not there.
package Loop::Resolver;

sub new { bless {}, shift }

sub errorstring { '' }

sub send {
    my ($self, $name, $type) = @_;
    $name = lc $name;
    $name =~ s/\.$//;
    return $Loop::records{"$name/$type"} if $Loop::records{"$name/$type"};
    my $packet = Net::DNS::Packet->new($name, $type);
    $packet->header->qr(1);
    $packet->header->rcode('NXDOMAIN');
    return $packet;
}

1;
