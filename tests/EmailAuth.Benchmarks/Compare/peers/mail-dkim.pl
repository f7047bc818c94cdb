# Drives Mail::DKIM (Debian: libmail-dkim-perl).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Loop;

eval { require Net::DNS; require Mail::DKIM::Verifier; 1 } or Loop::absent($@);
Mail::DKIM::DNS::resolver(Loop::Resolver->new);

sub load {
    open my $file, '<:raw', $_[0] or die "$_[0]: $!";
    local $/;
    return scalar <$file>;
}

sub verdict {
    my $verifier = Mail::DKIM::Verifier->new;
    # In pieces of this size it is at its fastest.
    for (my $at = 0; $at < length $_[0]; $at += 65536) { $verifier->PRINT(substr $_[0], $at, 65536) }
    $verifier->CLOSE;
    my $result = $verifier->result;
    return $result eq 'pass' || $result eq 'fail' ? $result : $verifier->result_detail;
}

Loop::run('Mail::DKIM ' . Mail::DKIM::Verifier->VERSION, \&load, \&verdict);
