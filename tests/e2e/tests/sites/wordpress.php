<?php
// The functions of WordPress that the plugin in docs/examples/wordpress calls, each no more than is needed here, and a page
// with a shortcode in it. WordPress itself is not here: its package in Debian is older than modules in it, and wants a
// database server of its own. What these functions take and give is as its reference has it.

[ , $plugin, $server, $content ] = $argv;

define( 'ABSPATH', __DIR__ );

$options = array( 'creem_checkout_server' => rtrim( $server, '/' ) );
$actions = $shortcodes = $modules = $fields = array();

function add_action( $name, $callback ) {
	$GLOBALS['actions'][ $name ] = $callback;
}

function add_shortcode( $name, $callback ) {
	$GLOBALS['shortcodes'][ $name ] = $callback;
}

function register_setting( $group, $name, $arguments ) {
	$GLOBALS['options'][ $name ] = $arguments['sanitize_callback']( $GLOBALS['options'][ $name ] );
}

function add_settings_field( $id, $title, $callback, $page ) {
	$GLOBALS['fields'][ $page ][ $title ] = $callback;
}

function get_option( $name, $otherwise ) {
	return $GLOBALS['options'][ $name ] ?? $otherwise;
}

function sanitize_url( $url ) {
	return filter_var( $url, FILTER_SANITIZE_URL );
}

function esc_url( $url ) {
	return htmlspecialchars( sanitize_url( $url ), ENT_QUOTES );
}

function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function trailingslashit( $text ) {
	return rtrim( $text, '/' ) . '/';
}

function shortcode_atts( $known, $given, $shortcode ) {
	return array_merge( $known, array_intersect_key( $given, $known ) );
}

function is_user_logged_in() {
	return true;
}

function wp_get_current_user() {
	return (object) array( 'user_email' => 'grace@example.com' );
}

function wp_enqueue_script_module( $id, $address, $needs, $version ) {
	$GLOBALS['modules'][ $id ] = $address;
}

function add_query_arg( $name, $value, $url ) {
	return "$url?$name=$value";
}

require $plugin;

$actions['admin_init']();
$pattern = '/\[(\w+)((?:\s+[\w-]+="[^"]*")*)\](.*?)\[\/\1\]/s';
$content = preg_replace_callback(
	$pattern,
	function ( $found ) {
		preg_match_all( '/([\w-]+)="([^"]*)"/', $found[2], $given );
		return $GLOBALS['shortcodes'][ $found[1] ]( array_combine( $given[1], $given[2] ), $found[3] );
	},
	$content
);
echo '<!doctype html><title>A blog</title><main>', $content, '</main><form>';
$fields['general']['Creem Checkout']();
echo '</form>';
foreach ( $modules as $id => $address ) {
	printf( '<script type="module" src="%s" id="%s-js-module"></script>', esc_url( $address ), esc_attr( $id ) );
}
