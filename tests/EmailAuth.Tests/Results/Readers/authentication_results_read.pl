# Reads Authentication-Results fields with Mail::AuthenticationResults (Debian's libmail-authenticationresults-perl): a JSON text with a
# field's value a line in, what it says a line out.
use strict;
use warnings;
use JSON;
use Mail::AuthenticationResults::Parser;

my $json = JSON->new->allow_nonref->canonical->utf8;
while ( my $line = <STDIN> ) {
    my $value = $json->decode($line);
    my $answer = eval {
        my $read = Mail::AuthenticationResults::Parser->new->parse($value);
        my @results = map { $_->key() . '=' . ( $_->value() // '' ) } grep { ref $_ eq 'Mail::AuthenticationResults::Header::Entry' } @{ $read->children() };
        { id => $read->value()->value(), results => \@results, error => undef };
    } // { id => undef, results => [], error => "$@" };
    print $json->encode($answer), "\n";
}
