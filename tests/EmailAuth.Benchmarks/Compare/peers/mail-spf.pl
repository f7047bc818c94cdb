# Drives Mail::SPF (Debian: libmail-spf-perl).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Loop;

eval { require Net::DNS; require Mail::SPF; 1 } or Loop::absent($@);
my $server = Mail::SPF::Server->new(dns_resolver => Loop::Resolver->new, hostname => 'mx.example.org');

sub verdict {
    my ($ip, $helo, $sender) = @{ $_[0] };
    my $request = Mail::SPF::Request->new(scope => 'mfrom', identity => $sender, ip_address => $ip, helo_identity => $helo);
    return $server->process($request)->code;
}

Loop::run('Mail::SPF ' . Mail::SPF->VERSION, sub { [@_] }, \&verdict);
